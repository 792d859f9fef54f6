"""What Daktela holds: lookups by name and by match, whole listings."""
