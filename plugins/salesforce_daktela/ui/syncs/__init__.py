"""The page of all syncs."""
