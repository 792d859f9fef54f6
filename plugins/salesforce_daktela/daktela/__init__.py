"""Daktela's REST API, version 6: client, error parser, lookups and field discovery."""
