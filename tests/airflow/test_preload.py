"""Libraries that the programs load for the tasks they fork."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PROGRAM = """
import gc
import sys
sys.argv = ["airflow", *sys.argv[1:]]
import airflow.settings
airflow.settings.initialize()
print(gc.get_threshold()[0])
print([name for name in ("salesforce_daktela.steps.load.loader", "pandas", "pyarrow") if name in sys.modules])
"""


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("command", "loaded"),
    [
        (["scheduler"], ["salesforce_daktela.steps.load.loader", "pandas", "pyarrow"]),
        (["celery", "worker"], ["salesforce_daktela.steps.load.loader", "pandas", "pyarrow"]),
        (["api-server"], []),
    ],
    ids=str,
)
def test_only_programs_that_fork_tasks_load_their_libraries(
    tmp_path: Path, command: list[str], loaded: list[str]
) -> None:
    """By the project's ``config`` in Airflow's folder, before any task is there; all seldom look for garbage."""
    (tmp_path / "config").symlink_to(PROJECT / "config")
    environment = {**os.environ, "AIRFLOW_HOME": str(tmp_path)}
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, *command],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.splitlines()[-2:] == ["50000", str(loaded)]
