"""A run whose connections are in a secrets backend."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from sandbox.testing import Sandbox
from tests.airflow.test_metering import Carry, carry, earlier
from tests.airflow.test_reconcile_dag import runner, sandbox
from tests.secrets_backend import keep_connections_in

__all__ = ["carry", "runner", "sandbox"]

pytestmark = [pytest.mark.usefixtures("airflow_database"), pytest.mark.filterwarnings("ignore")]

CONNECTIONS = ("salesforce_default", "daktela_default")


@pytest.fixture
def in_a_file(runner: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: ARG001 it comes first
    """Both connections in a file that Airflow's settings name, and nowhere else."""
    names = {conn_id: f"AIRFLOW_CONN_{conn_id.upper()}" for conn_id in CONNECTIONS}
    file = tmp_path / "connections.json"
    file.write_text(json.dumps({conn_id: json.loads(os.environ[name]) for conn_id, name in names.items()}))
    for name in names.values():
        monkeypatch.delenv(name)
    keep_connections_in(file, monkeypatch)
    return file


def test_a_run_takes_both_connections_from_a_secrets_backend(in_a_file: Path, carry: Carry, sandbox: Sandbox) -> None:
    """Here the file of Airflow's own backend; without the file there are none."""
    sandbox.salesforce.records.create("Contact", {"LastName": "Nová", "Email": "nova@example.com"}, at=earlier())
    run = carry(mode="full")
    assert run.states["contacts.settle"] == "success"
    assert run.left["contacts.settle", "report"]["outcomes"]["created"] == 1
    in_a_file.write_text("{}")
    assert carry(mode="full").states["preflight"] == "failed"
