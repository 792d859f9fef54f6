"""The page of a sync's runs."""
