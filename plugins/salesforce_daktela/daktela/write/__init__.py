"""One record into Daktela, and what Daktela made of it."""
