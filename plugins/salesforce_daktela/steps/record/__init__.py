"""One record: explain it, forget it."""
