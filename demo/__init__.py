"""The whole pipeline on this machine: the sandbox, a real Airflow, and a story of two runs."""
