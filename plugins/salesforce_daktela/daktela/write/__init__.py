"""Writes records to Daktela, and compares what it stored."""
