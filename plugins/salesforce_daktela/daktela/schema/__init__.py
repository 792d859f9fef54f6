"""The fields of a CRM database."""
