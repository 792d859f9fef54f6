"""The step that chooses the CRM database."""
