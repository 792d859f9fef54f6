"""What one run knows: facts, fingerprint, mapping snapshot, quota, progress."""
