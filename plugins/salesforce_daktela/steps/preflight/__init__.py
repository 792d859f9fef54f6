"""Checks before anything is read: connections, rights, schemas, and the systems that the ledger belongs to."""
