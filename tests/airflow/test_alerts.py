"""A real Prometheus fires and clears each alert while the sandbox fails and recovers."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A deployment, and somebody who looks at its alerts; ``seen`` are the names of those that have fired."""

    firing: Firing
    carry: Carry
    sandbox: Sandbox
    runner: Runner
    seen: set[str] = field(default_factory=set)

    def fires(self, *names: str) -> None:
        """Wait until all of them fire."""
        wanted = set(names)
        self.seen.update(each.partition(" ")[0] for each in within(self.firing, lambda found: wanted <= found))

    def settles(self) -> None:
        """Wait until contacts have settled in time, and nothing else fires."""
        within(self.firing, lambda found: f"{BEHIND} contacts" not in found and quiet(found))

    def clears(self) -> None:
        """Wait until nothing fires."""
        within(self.firing, quiet)


def test_each_alert_fires_and_clears(firing: Firing, carry: Carry, sandbox: Sandbox, runner: Runner) -> None:
    """One after the other: an outage, limits of both systems, bad records, differences."""
    watch = Watch(firing=firing, carry=carry, sandbox=sandbox, runner=runner)
    carry()
    watch.settles()
    outage(watch)
    few_calls(watch)
    slow_daktela(watch)
    bad_records(watch)
    differences(watch)
    assert watch.seen == {rule["alert"] for rule in alerts()}


def outage(watch: Watch) -> None:
    watch.sandbox.daktela.switch(server_error=1.0)
    watch.carry()
    watch.fires("SyncCannotStart", "SyncRunFailed contacts", f"{BEHIND} contacts")
    watch.sandbox.daktela.switch(server_error=0.0)
    watch.carry()
    watch.settles()


def few_calls(watch: Watch) -> None:
    watch.sandbox.salesforce.switch(quota_remaining=15_000)
    watch.carry()
    watch.fires("SyncDeferred contacts", "SalesforceCallsLow")
    watch.sandbox.salesforce.switch(quota_remaining=90_000)
    watch.carry()
    watch.clears()


def slow_daktela(watch: Watch) -> None:
    """Then one that takes two requests a second."""
    watch.sandbox.daktela.switch(latency_seconds=0.4)
    watch.carry(mode="full")
    watch.fires("DaktelaSlow contacts")
    watch.sandbox.daktela.switch(latency_seconds=0.0, requests_per_second=2.0)
    for row in alive(watch.sandbox, "Contact"):
        watch.sandbox.salesforce.records.update("Contact", row["Id"], {"FirstName": "Jiné"}, at=earlier())
    watch.carry()
    watch.fires("DaktelaThrottles")
    watch.sandbox.daktela.switch(requests_per_second=0.0)
    watch.carry(mode="full")
    watch.clears()


def bad_records(watch: Watch) -> None:
    """One with a phone that nobody can dial, one whose parent is not loaded."""
    records = watch.sandbox.salesforce.records
    rewrite(watch.runner.folder / "contacts.yaml", "unique], on_error: drop", "unique]")
    account = records.create("Account", {"Name": "Nová"}, at=earlier())
    child = {"LastName": "Dítě", "Email": "dite@example.com", "AccountId": account}
    records.create("Contact", child, at=earlier())
    wrong = {"LastName": "Špatná", "Email": "spatna@example.com", "Phone": "abc"}
    rejected = records.create("Contact", wrong, at=earlier())
    watch.carry()
    time.sleep(1.0)
    watch.carry()
    watch.fires("RejectsOpen contacts", "ParkedTooLong contacts")
    records.update("Contact", rejected, {"Phone": "602123456"}, at=earlier())
    watch.carry(mappings=["accounts", "contacts"])
    watch.carry(mode="replay")
    watch.clears()


def differences(watch: Watch) -> None:
    ids = [row["Id"] for row in alive(watch.sandbox, "Contact")]
    entries = watch.runner.ledger.records.read("default", "contacts", ids)
    own = next(id_ for id_, entry in entries.items() if not entry.adopted)
    watch.sandbox.daktela.edit("contacts", f"sf_contact_{own}", {"lastname": "Jiná"})
    watch.carry("reconcile__default")
    watch.fires("DifferencesFound contacts")
    watch.carry("reconcile__default", repair=True)
    watch.clears()
