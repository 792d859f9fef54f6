"""The page of rejected records."""
