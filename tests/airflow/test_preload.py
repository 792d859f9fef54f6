"""Libraries that the programs load for what they fork."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
READING, LOADING = "salesforce_daktela.airflow.sync_dags.loading", "salesforce_daktela.steps.load.loader"
PROGRAM = f"""
READING, LOADING = {READING!r}, {LOADING!r}
import gc
import sys
sys.argv = ["airflow", *sys.argv[1:]]
import airflow.settings
airflow.settings.initialize()
print(gc.get_threshold()[0])
print([name for name in (READING, LOADING, "pandas", "pyarrow") if name in sys.modules])
"""


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("command", "loaded"),
    [
        (["scheduler"], [READING, LOADING, "pandas", "pyarrow"]),
        (["celery", "worker"], [READING, LOADING, "pandas", "pyarrow"]),
        (["dag-processor"], [READING]),
        (["api-server"], []),
    ],
    ids=str,
)
def test_programs_load_the_libraries_of_what_they_fork_and_no_others(
    tmp_path: Path, command: list[str], loaded: list[str]
) -> None:
    """By the project's ``config`` in Airflow's folder, before anything is forked; all seldom look for garbage."""
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


WITHOUT = """
import sys
sys.path[:] = [place for place in sys.path if place != sys.argv[1]]
import airflow_local_settings
print("salesforce_daktela" in sys.modules)
"""


def test_airflow_starts_where_the_package_is_removed_and_the_file_forgotten() -> None:
    """Airflow lets no error of this file pass: without its scheduler nothing else of that machine would run."""
    told = subprocess.run(
        [sys.executable, "-c", WITHOUT, str(PROJECT / "plugins"), "scheduler"],
        env={**os.environ, "PYTHONPATH": str(PROJECT / "config")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "False\n"
