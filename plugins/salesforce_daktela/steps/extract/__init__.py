"""Reads a window of Salesforce records into part files."""
