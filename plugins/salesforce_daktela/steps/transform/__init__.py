"""From rows to payload parts."""
