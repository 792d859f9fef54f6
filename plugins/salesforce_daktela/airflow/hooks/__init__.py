"""Airflow connections as clients."""
