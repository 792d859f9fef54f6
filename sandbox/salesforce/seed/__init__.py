"""Seeded data: what a Czech company's org looks like, with everything that makes an integration stumble."""
