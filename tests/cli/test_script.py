"""The installed program, with Airflow behind it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from sandbox.testing import Sandbox

SCRIPT = Path(sys.executable).parent / "salesforce-daktela"


def start(home: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("AIRFLOW")}
    environment.update(AIRFLOW_HOME=str(home / "airflow"), **settings)
    return subprocess.run(
        [SCRIPT, *words], env=environment, capture_output=True, text=True, check=False, timeout=120, cwd=home
    )


def test_the_program_reads_airflows_connections(sandbox: Sandbox, tmp_path: Path) -> None:
    """Outside a task, from the environment; stdout is clean JSON whatever Airflow says on the way."""
    described = sandbox.description()
    org, daktela = described["salesforce"], described["daktela"]
    extra = {name: org[name] for name in ("security_token", "consumer_key", "consumer_secret")}
    found = start(
        tmp_path,
        "check",
        "--json",
        AIRFLOW_CONN_SALESFORCE_DEFAULT=json.dumps(
            {
                "conn_type": "salesforce",
                "host": org["url"],
                "login": org["username"],
                "password": org["password"],
                "extra": extra,
            }
        ),
        AIRFLOW_CONN_DAKTELA_DEFAULT=json.dumps(
            {"conn_type": "daktela", "host": daktela["url"], "password": daktela["token"]}
        ),
    )
    assert found.returncode == 0, found.stderr
    (sync,) = json.loads(found.stdout)["syncs"]
    assert sync["connections"]["database"] == "sales"
    assert not any(secret in found.stdout + found.stderr for secret in (org["password"], daktela["token"]))


def test_a_missing_connection_is_one_line_and_no_traceback(tmp_path: Path) -> None:
    """Exit code 2, with the connection's id and what to do."""
    found = start(tmp_path, "check")
    assert (found.returncode, found.stdout) == (2, "")
    assert "connection salesforce_default: Airflow has no such connection: fill it in" in found.stderr
    assert "Traceback" not in found.stderr


def test_help_needs_no_airflow(tmp_path: Path) -> None:
    """It comes at once: nothing of Airflow is made in its home."""
    found = start(tmp_path, "--help")
    assert (found.returncode, "ledger" in found.stdout, (tmp_path / "airflow").exists()) == (0, True, False)
