"""A real Prometheus fires and clears each alert while the sandbox fails and recovers."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from sandbox.server import reserve_port
from sandbox.testing import Sandbox
from tests.airflow.test_metering import Carry, carry, earlier, sink
from tests.airflow.test_reconcile_dag import runner, sandbox
from tests.delivery.test_monitoring import MAPPINGS, RULES, alerts, read
from tests.scenarios.oracle import alive
from tests.scenarios.scenario_runner import Runner, rewrite
from tests.statsd_sink import StatsdSink, exposing

__all__ = ["carry", "runner", "sandbox", "sink"]

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.usefixtures("airflow_database"),
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.timeout(600),
]

QUICK = {
    "SyncNotSettled": ("> 7200", "> 15"),
    "DaktelaThrottles": ("[1h]", "[10s]"),
    "DaktelaSlow": ("> 2", "> 0.2"),
    "RejectsOpen": ("> 25", "> 0"),
    "ParkedTooLong": ("> 86400", "> 0"),
}
"""What an alert's threshold is here, for a test that does not take a day. ``promtool`` has those that are shipped."""

Firing = Callable[[], set[str]]
BEHIND = "SyncNotSettled"


@pytest.fixture
def firing(sink: StatsdSink, tmp_path: Path) -> Iterator[Firing]:
    """Return a function that asks Prometheus which alerts fire."""
    rules = read(RULES)
    for rule in rules["groups"][0]["rules"]:
        rule.pop("for", None)
        shipped, quick = QUICK.get(rule["alert"], ("", ""))
        assert shipped in rule["expr"]
        rule["expr"] = rule["expr"].replace(shipped, quick) if shipped else rule["expr"]
    YAML().dump(rules, tmp_path / "alerts.yml")
    with (
        exposing(sink, read(MAPPINGS)["mappings"]) as exposed,
        prometheus(tmp_path, exposed) as url,
    ):
        yield lambda: {
            f"{found['labels']['alertname']} {found['labels'].get('mapping', '')}".strip()
            for found in asked(f"{url}/api/v1/alerts")["alerts"]
            if found["state"] == "firing"
        }


@contextmanager
def prometheus(home: Path, exposed: int) -> Iterator[str]:
    """Debian's Prometheus on 127.0.0.1, reading ``/metrics`` on the port ``exposed`` twice a second."""
    settings = {
        "global": {"scrape_interval": "500ms", "scrape_timeout": "400ms", "evaluation_interval": "500ms"},
        "rule_files": ["alerts.yml"],
        "scrape_configs": [{"job_name": "airflow", "static_configs": [{"targets": [f"127.0.0.1:{exposed}"]}]}],
    }
    YAML().dump(settings, home / "prometheus.yml")
    with reserve_port(0) as bound:
        port = bound.getsockname()[1]
    command = [
        "prometheus",
        f"--config.file={home / 'prometheus.yml'}",
        f"--storage.tsdb.path={home / 'tsdb'}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with (home / "prometheus.log").open("w") as log, subprocess.Popen(command, stdout=log, stderr=log) as started:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            started.terminate()


def asked(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=10) as reply:  # noqa: S310  the test's own Prometheus
        return json.load(reply)["data"]


def within(firing: Firing, expected: Callable[[set[str]], bool], seconds: float = 40.0) -> set[str]:
    """Ask until what fires is as expected, and return it."""
    until = time.monotonic() + seconds
    found: set[str] = set()
    while time.monotonic() < until:
        try:
            found = firing()
        except OSError:
            found = set()
        else:
            if expected(found):
                return found
        time.sleep(0.5)
    raise AssertionError(f"after {seconds:.0f} seconds these alerts fire: {sorted(found)}")


def quiet(found: set[str]) -> bool:
    """Whether nothing of contacts fires but that it has not settled for some seconds: the test takes longer."""
    return not {each for each in found if not each.startswith(BEHIND)}


def test_each_alert_fires_and_clears(firing: Firing, carry: Carry, sandbox: Sandbox, runner: Runner) -> None:
    """One after the other: an outage, limits of both systems, bad records, differences."""
    seen: set[str] = set()

    def fires(*names: str) -> None:
        wanted = set(names)
        seen.update(each.partition(" ")[0] for each in within(firing, lambda found: wanted <= found))

    carry()
    within(firing, lambda found: f"{BEHIND} contacts" not in found and quiet(found))

    sandbox.daktela.switch(server_error=1.0)
    carry()
    fires("SyncCannotStart", "SyncRunFailed contacts", f"{BEHIND} contacts")
    sandbox.daktela.switch(server_error=0.0)
    carry()
    within(firing, lambda found: f"{BEHIND} contacts" not in found and quiet(found))

    sandbox.salesforce.switch(quota_remaining=15_000)
    carry()
    fires("SyncDeferred contacts", "SalesforceCallsLow")
    sandbox.salesforce.switch(quota_remaining=90_000)
    carry()
    within(firing, quiet)

    sandbox.daktela.switch(latency_seconds=0.4)
    carry(mode="full")
    fires("DaktelaSlow contacts")
    sandbox.daktela.switch(latency_seconds=0.0, requests_per_second=2.0)
    for row in alive(sandbox, "Contact"):
        sandbox.salesforce.records.update("Contact", row["Id"], {"FirstName": "Jiné"}, at=earlier())
    carry()
    fires("DaktelaThrottles")
    sandbox.daktela.switch(requests_per_second=0.0)
    carry(mode="full")
    within(firing, quiet)

    rewrite(runner.folder / "contacts.yaml", "unique], on_error: drop", "unique]")
    account = sandbox.salesforce.records.create("Account", {"Name": "Nová"}, at=earlier())
    child = {"LastName": "Dítě", "Email": "dite@example.com", "AccountId": account}
    sandbox.salesforce.records.create("Contact", child, at=earlier())
    wrong = {"LastName": "Špatná", "Email": "spatna@example.com", "Phone": "abc"}
    rejected = sandbox.salesforce.records.create("Contact", wrong, at=earlier())
    carry()
    time.sleep(1.0)
    carry()
    fires("RejectsOpen contacts", "ParkedTooLong contacts")
    sandbox.salesforce.records.update("Contact", rejected, {"Phone": "602123456"}, at=earlier())
    carry(mappings=["accounts", "contacts"])
    carry(mode="replay")
    within(firing, quiet)

    entries = runner.ledger.records.read("default", "contacts", [row["Id"] for row in alive(sandbox, "Contact")])
    own = next(id_ for id_, entry in entries.items() if not entry.adopted)
    sandbox.daktela.edit("contacts", f"sf_contact_{own}", {"lastname": "Jiná"})
    carry("reconcile__default")
    fires("DifferencesFound contacts")
    carry("reconcile__default", repair=True)
    within(firing, quiet)
    assert seen == {rule["alert"] for rule in alerts()}
