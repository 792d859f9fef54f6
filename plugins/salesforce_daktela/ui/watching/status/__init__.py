"""The page of how one sync is."""
