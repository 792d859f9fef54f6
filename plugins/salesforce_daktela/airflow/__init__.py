"""The only room that knows Airflow: connections, operators, the DAG."""
