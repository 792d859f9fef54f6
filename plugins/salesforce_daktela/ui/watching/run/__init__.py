"""The page of one run: what each mapping did, or how far it has come."""
