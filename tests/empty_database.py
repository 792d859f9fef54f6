"""Airflow's database as ``airflow db migrate`` makes it, made once for all stacks that the tests start."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file to begin with: making one takes 4 seconds of a core. All processes of a test run share it."""
    base = tmp_path_factory.getbasetemp()
    home = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "empty-airflow"
    home.mkdir(exist_ok=True)
    made = home / "airflow.db"
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _make(home / "draft.db").rename(made)
    return made


def _make(path: Path) -> Path:
    from demo.airflow_settings import programs_environment
    from demo.stack import migrate

    own = {
        "AIRFLOW_HOME": str(path.parent),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{path}",
    }
    migrate({**programs_environment(), **own}, path.parent)
    return path
