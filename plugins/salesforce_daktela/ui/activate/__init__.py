"""The step Activate: switch a sync on, and follow the run that starts."""
