"""Rows through a mapping to payloads, column by column."""
