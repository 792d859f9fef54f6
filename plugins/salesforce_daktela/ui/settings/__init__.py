"""The settings of a sync that no step asks for: when it runs, its limits, when it asks."""
