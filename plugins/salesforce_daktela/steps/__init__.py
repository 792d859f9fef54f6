"""The steps of a run as plain functions over clients, ledger and staging. A scheduler or a terminal calls them."""
