"""The step Save: what would be written, and what stands against it."""
