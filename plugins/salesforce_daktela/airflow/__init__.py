"""Airflow's side: connections, operators, DAGs. Beside `ui` the only room that imports Airflow."""
