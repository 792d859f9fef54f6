"""The steps of one mapping in one run, built in one place for the DAGs and for the terminal."""
