"""Reads records of Daktela: lookups by name and by match, and whole listings."""
