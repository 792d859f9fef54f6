"""Both sides compared, looked at again, repaired."""
