"""Measures the pipeline and its alternatives on one machine."""
