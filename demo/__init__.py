"""The whole pipeline on this machine: the sandbox, a real Airflow, and one story from first run to next run."""
