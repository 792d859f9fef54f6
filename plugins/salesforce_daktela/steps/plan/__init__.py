"""The decisions of a run, counted before the first write."""
