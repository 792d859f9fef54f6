"""The database of the ledger: connection, tables, versions, and the systems that its rows belong to."""
