"""Mapping files changed so that only what was changed changes: text in, text out. No I/O."""
