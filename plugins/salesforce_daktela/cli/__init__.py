"""The pipeline's verbs in a terminal: one module for each, all over the rooms that somebody else opens."""
