"""The step Plan: what the next run would do."""
