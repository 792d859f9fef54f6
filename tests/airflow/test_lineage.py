"""Lineage as OpenLineage's own listener emits it, and Airflow's converter of asset addresses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from airflow.providers.openlineage.utils.utils import translate_airflow_asset

from salesforce_daktela.airflow.assets import loaded, reconciled
from salesforce_daktela.mapping.language.loader import load_sync
from sandbox.testing import Sandbox
from tests.airflow.test_dags import PROJECT, SHIPPED
from tests.airflow.test_reconcile_dag import runner, sandbox
from tests.scenarios.scenario_runner import Runner

__all__ = ["runner", "sandbox"]

pytestmark = [pytest.mark.usefixtures("airflow_database"), pytest.mark.filterwarnings("ignore")]

RUN = """
import warnings
warnings.simplefilter("ignore")
from airflow.utils.db import initdb
initdb()
from tests.airflow.releases import DagBag
dag = DagBag(dag_folder="dags").dags["salesforce_to_daktela__default"]
assert dag.test(run_conf={"mode": "full", "mappings": ["contacts"]}).state == "success"
"""


def test_airflow_translates_the_addresses_of_our_assets() -> None:
    """So DAGs that are scheduled by them have an input."""
    spec = load_sync(SHIPPED)
    contacts = spec.mapping("contacts")
    found = [translate_airflow_asset(asset, None) for asset in (loaded(spec, contacts), reconciled(spec, contacts))]
    assert [(each.namespace, each.name) for each in found if each is not None] == [
        ("x-daktela://default", "contacts"),
        ("x-daktela-reconcile://default", "contacts"),
    ]


@pytest.mark.heavy
@pytest.mark.usefixtures("runner")
def test_an_emitted_event_has_the_columns_of_the_mapping(sandbox: Sandbox, runner: Runner, tmp_path: Path) -> None:
    """From a run of the real DAG, by the listener, over its file transport."""
    events, home = tmp_path / "lineage.json", tmp_path / "airflow"
    settings = {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
        "AIRFLOW__SALESFORCE_DAKTELA__MAPPINGS_FOLDER": str(runner.folder.parent),
        "AIRFLOW__OPENLINEAGE__TRANSPORT": json.dumps({"type": "file", "log_file_path": str(events), "append": True}),
        "PYTHONPATH": f"{PROJECT / 'plugins'}:{PROJECT}",
    }
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        cwd=PROJECT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    told: list[dict[str, Any]] = [json.loads(line) for line in events.read_text().splitlines() if line.strip()]
    (event,) = [
        each
        for each in told
        if each["eventType"] == "COMPLETE" and each["job"]["name"].endswith("__default.contacts.settle")
    ]
    (read,), (written, asset) = event["inputs"], event["outputs"]
    host = sandbox.salesforce_url.removeprefix("https://")
    assert (read["namespace"], read["name"]) == (f"salesforce://{host}", "Contact")
    assert written["namespace"] == f"daktela://{sandbox.daktela_url.removeprefix('https://')}"
    assert (written["name"], asset["namespace"], asset["name"]) == ("sales/contacts", "x-daktela://default", "contacts")
    made = written["facets"]["columnLineage"]["fields"]
    (account,) = made["account"]["inputFields"]
    assert (account["namespace"], account["name"], account["field"]) == (read["namespace"], "Contact", "AccountId")
    assert account["transformations"][0]["description"] == "lookup in accounts"
    assert [each["field"] for each in made["customFields.number"]["inputFields"]] == ["Phone", "MobilePhone"]
    assert made["firstname"]["inputFields"][0]["transformations"][0]["description"] == "trim"
