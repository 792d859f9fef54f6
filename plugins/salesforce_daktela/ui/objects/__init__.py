"""The step Objects: what the org has, what this sync loads, and what comes first."""
