"""The DAGs of each sync folder."""
