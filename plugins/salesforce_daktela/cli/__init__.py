"""The pipeline's verbs in a terminal: one module for each, each given the environment it works in."""
