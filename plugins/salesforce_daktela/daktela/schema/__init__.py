"""Which fields a CRM database has."""
