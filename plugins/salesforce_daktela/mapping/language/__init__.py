"""The mapping language: YAML to the checked model."""
