"""The closed list of transforms, each with typed options and a definition on one value."""
