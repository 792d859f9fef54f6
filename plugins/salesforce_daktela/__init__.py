"""Salesforce to Daktela: every mapped record in the chosen CRM database, once, right, on time."""

__version__ = "1.0.0"
