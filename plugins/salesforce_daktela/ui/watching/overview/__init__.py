"""The page of how all syncs are."""
