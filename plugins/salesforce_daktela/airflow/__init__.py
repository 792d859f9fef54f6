"""Airflow's side: connections, operators, DAGs. Beside `ui` the only room that imports Airflow.

A file of a DAG folder that imports ``dags`` from here has the DAGs of every sync; one that imports ``dag_problems``
shows their mistakes as its import error.
"""

import importlib
import sys


def __getattr__(name: str) -> list[str]:
    """Hand out what the importing file asks for."""
    if name in ("dags", "dag_problems"):
        module = importlib.import_module("salesforce_daktela.airflow.dag_file")
        handed: list[str] = module.hand_out(name, sys._getframe(1))
        return handed
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
