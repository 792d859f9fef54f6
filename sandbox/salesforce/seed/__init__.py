"""Seeded data: the org of a Czech company, with all kinds of values that cause problems for integrations."""
