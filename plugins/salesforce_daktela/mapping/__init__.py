"""YAML to a checked model, and rows through that model to payloads or problems. No I/O but reading the YAML."""
