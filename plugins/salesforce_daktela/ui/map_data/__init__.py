"""What the table of fields asks of the server: the draft, both systems' fields, samples, suggestions, checks."""
