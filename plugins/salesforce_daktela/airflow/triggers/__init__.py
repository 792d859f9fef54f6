"""What the triggerer watches for a deferred task."""
