"""Comparisons of both sides: what they cost, started, followed and read."""
