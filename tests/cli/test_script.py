"""The installed program, with Airflow behind it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.server import HOST_NAMES
from sandbox.testing import Sandbox

SCRIPT = Path(sys.executable).parent / "salesforce-daktela"


def start(home: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("AIRFLOW")}
    environment.update(
        AIRFLOW_HOME=str(home / "airflow"), AIRFLOW__SALESFORCE_DAKTELA__TRUSTED_HOSTS=",".join(HOST_NAMES), **settings
    )
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


PREPARE = """
import json, os, sys
os.environ["_AIRFLOW_PROCESS_CONTEXT"] = "server"
from airflow.models import Connection
from airflow.utils.db import initdb
from airflow.utils.session import create_session
initdb()
with create_session() as session:
    for conn_id, fields in json.loads(sys.argv[1]).items():
        session.add(Connection(conn_id=conn_id, **fields))
"""


@pytest.mark.heavy
def test_the_program_reads_airflows_database(sandbox: Sandbox, tmp_path: Path) -> None:
    """Connections that somebody has filled in under Admin, Connections are found without a scheduler running."""
    described = sandbox.description()
    org, daktela = described["salesforce"], described["daktela"]
    extra = {name: org[name] for name in ("security_token", "consumer_key", "consumer_secret")}
    connections = {
        "salesforce_default": {
            "conn_type": "salesforce",
            "host": org["url"],
            "login": org["username"],
            "password": org["password"],
            "extra": json.dumps(extra),
        },
        "daktela_default": {"conn_type": "daktela", "host": daktela["url"], "password": daktela["token"]},
    }
    environment = {key: value for key, value in os.environ.items() if not key.startswith("AIRFLOW")}
    environment.update(AIRFLOW_HOME=str(tmp_path / "airflow"), AIRFLOW__CORE__LOAD_EXAMPLES="False")
    command = [sys.executable, "-c", PREPARE, json.dumps(connections)]
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=120)
    found = start(tmp_path, "check", "--json")
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)["syncs"][0]["connections"]["database"] == "sales"


@pytest.mark.heavy
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
