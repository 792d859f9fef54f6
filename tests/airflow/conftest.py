"""An Airflow database for tests of DAGs and hooks."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import warnings
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
HOME = tempfile.mkdtemp(prefix="airflow-tests-")
atexit.register(shutil.rmtree, HOME, ignore_errors=True)

os.environ.update(
    AIRFLOW_HOME=HOME,
    AIRFLOW__CORE__DAGS_FOLDER=str(PROJECT / "dags"),
    AIRFLOW__CORE__PLUGINS_FOLDER=str(PROJECT / "plugins"),
    AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT="300",  # how long a DAG file is read says how busy the machine is
    AIRFLOW__CORE__LOAD_EXAMPLES="False",
    AIRFLOW__CORE__UNIT_TEST_MODE="False",
    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=f"sqlite:///{HOME}/airflow.db",
)

import pytest  # noqa: E402 Airflow reads the environment when it is first imported

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import airflow  # noqa: F401 its own deprecations are not ours


@pytest.fixture(scope="session")
def airflow_database() -> None:
    """Airflow's tables, made once."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from airflow.utils.db import initdb

        initdb()
