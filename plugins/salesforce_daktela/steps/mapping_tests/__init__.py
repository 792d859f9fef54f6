"""Runs the tests of mappings, and writes one from a record."""
