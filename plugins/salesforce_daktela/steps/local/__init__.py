"""A run, and a reconcile, in this process, in the order in which the DAG starts the steps."""
