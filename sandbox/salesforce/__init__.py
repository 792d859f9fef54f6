"""A Salesforce org on this machine: sign-in, REST, Bulk API 2.0 queries and a SOQL engine over SQLite."""
