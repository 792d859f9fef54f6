"""The DAGs for a file that asks for them with one line: ``from salesforce_daktela.airflow import dags``.

Airflow takes as a file's DAGs those that stand among its globals when it has been read, so they are put there. That
happens each time that the line is carried out, because one process may read several DAG files, or one of them again.
"""

from __future__ import annotations

import logging
from types import FrameType
from typing import Any

from salesforce_daktela.airflow.dag_mark import PROBLEMS
from salesforce_daktela.airflow.sync_dags.loading import build_dags, problems
from salesforce_daktela.errors import ConfigurationError

log = logging.getLogger(__name__)


def hand_out(name: str, importer: FrameType) -> list[str]:
    """Give the importing file what it has asked for by ``name``.

    ``dags`` puts the DAGs into its globals and returns their ids. ``dag_problems`` raises ConfigurationError with every
    mistake in the mappings, which Airflow shows as that file's import error, and returns nothing where there is none.
    """
    file = importer.f_globals
    if file["__name__"].startswith("importlib."):
        return []  # Python first asks whether the package has the name, and then for it
    return _raise_problems(file["__file__"]) if name == "dag_problems" else _put_dags(file)


def _put_dags(file: dict[str, Any]) -> list[str]:
    dags = {dag.dag_id: dag for dag in build_dags(file["__file__"])}
    file.update(dags)
    return list(dags)


def _raise_problems(file: str) -> list[str]:
    if found := problems(file):
        raise ConfigurationError("\n" + "\n".join(found), where=PROBLEMS)
    return []
