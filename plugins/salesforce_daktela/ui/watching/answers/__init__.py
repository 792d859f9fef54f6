"""The page of what a sync asks before it writes."""
