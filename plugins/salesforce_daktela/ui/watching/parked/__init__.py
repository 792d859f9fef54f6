"""The page of records that wait for their parents."""
