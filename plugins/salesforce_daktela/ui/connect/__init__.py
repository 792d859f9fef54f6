"""The step that chooses or writes the two connections."""
