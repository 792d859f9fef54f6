"""One Airflow DAG for each sync folder below the mappings folder."""

from salesforce_daktela.airflow.sync_dags.loading import build_dags

for dag in build_dags(__file__):
    globals()[dag.dag_id] = dag
