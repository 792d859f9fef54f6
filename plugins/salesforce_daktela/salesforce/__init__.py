"""Salesforce's REST and Bulk 2.0 APIs, read only."""
