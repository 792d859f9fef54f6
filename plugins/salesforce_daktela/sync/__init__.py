"""Windows, plans, outcomes and policies: every decision of a run, and no I/O."""
