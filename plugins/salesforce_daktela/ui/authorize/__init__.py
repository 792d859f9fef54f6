"""The step that checks both ends."""
