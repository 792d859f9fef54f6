"""The five steps of a run as plain functions over opened rooms; a scheduler or a terminal calls them."""
