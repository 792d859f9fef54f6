"""Compares both sides, checks differences again, repairs them."""
