"""Before anything is read: connections, rights, schemas, and whose memory the ledger is."""
