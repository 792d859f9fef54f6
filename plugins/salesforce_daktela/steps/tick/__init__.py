"""Ends a run at its first task when one question to Salesforce shows that there is nothing to do."""
