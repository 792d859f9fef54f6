"""SQL memory of what Daktela accepted: ids, salted hashes and codes, never a customer's values."""
