"""Parses SOQL and translates it to SQLite."""
