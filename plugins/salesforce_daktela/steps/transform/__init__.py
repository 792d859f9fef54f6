"""Maps rows to payload parts."""
