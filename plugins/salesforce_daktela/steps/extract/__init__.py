"""From a window to part files."""
