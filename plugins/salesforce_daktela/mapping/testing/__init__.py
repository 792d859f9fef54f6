"""Tests of mappings that stand beside them in Git: read, typed, compared and counted."""
