"""Whom calls would find, as it was counted last."""
