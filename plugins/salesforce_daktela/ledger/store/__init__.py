"""The database under the ledger: connection, tables, versions, whose memory it is."""
