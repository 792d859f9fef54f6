"""Hooks, which make clients from Airflow connections."""
