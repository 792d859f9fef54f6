"""Shows every mistake in the mappings as an import error of this file in Airflow's UI.

It defines no DAG. It is a separate file, so that a mistake in one sync does not stop the others.
"""

from salesforce_daktela.airflow.dag_mark import PROBLEMS
from salesforce_daktela.airflow.sync_dags.loading import problems
from salesforce_daktela.errors import ConfigurationError

if found := problems(__file__):
    raise ConfigurationError("\n" + "\n".join(found), where=PROBLEMS)
