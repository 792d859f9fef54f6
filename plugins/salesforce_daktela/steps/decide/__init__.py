"""Decides what each row needs; writes nothing."""
