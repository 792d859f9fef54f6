"""What a run sends through Airflow's own stats."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from salesforce_daktela.airflow import metering
from salesforce_daktela.sync.metrics import METRICS, PREFLIGHT_FAILED, Kind, Sample
from sandbox.testing import Sandbox
from tests.airflow.releases import measure_by_settings
from tests.airflow.stepping import SteppedRun, orders
from tests.airflow.test_dags import load_dags
from tests.airflow.test_reconcile_dag import runner, sandbox
from tests.scenarios.oracle import alive
from tests.scenarios.reconciling import own_records, reconcile
from tests.scenarios.scenario_runner import Runner, rewrite
from tests.statsd_sink import StatsdSink, listening

__all__ = ["runner", "sandbox"]

pytestmark = [pytest.mark.usefixtures("airflow_database"), pytest.mark.filterwarnings("ignore")]

LOADING, COMPARING = "salesforce_to_daktela__default", "reconcile__default"
OF = {"sync": "default", "mapping": "contacts"}
Carry = Callable[..., SteppedRun]


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> Iterator[StatsdSink]:
    """A StatsD server that Airflow's settings name, with tags in Influx's form."""
    with listening() as started:
        for name, value in {
            "STATSD_ON": "True",
            "STATSD_HOST": "127.0.0.1",
            "STATSD_PORT": str(started.port),
            "STATSD_INFLUXDB_ENABLED": "True",
        }.items():
            monkeypatch.setenv(f"AIRFLOW__METRICS__{name}", value)
        measure_by_settings()
        yield started
    monkeypatch.undo()
    measure_by_settings()


@pytest.fixture
def carry(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> Carry:
    """Return a function that carries out a whole run of one mapping, and lets its datagrams arrive."""

    def carried(dag: str = LOADING, **conf: Any) -> SteppedRun:
        bag = load_dags(monkeypatch, runner.folder.parent)
        run = SteppedRun(bag.dags[dag], f"run-{time.monotonic_ns()}", {"mappings": ["contacts"], **conf})
        run.carry_out(next(orders(run.dag, count=2, seed=0)))
        time.sleep(0.3)
        return run

    return carried


def earlier() -> datetime:
    """A moment that the next window includes."""
    return datetime.now(UTC) - timedelta(seconds=5)


def test_a_run_that_settles_tells_rows_calls_watermark_and_what_waits(
    carry: Carry, sink: StatsdSink, sandbox: Sandbox
) -> None:
    """Each metric with the tags that its table names; ages are near zero."""
    sandbox.salesforce.records.create("Contact", {"LastName": "Nová", "Email": "nova@example.com"}, at=earlier())
    run = carry(mode="full")
    assert run.states["contacts.settle"] == "success"
    report = run.left["contacts.settle", "report"]
    assert sink.get("rows", **OF, outcome="created") == 1
    assert sink.get("rows", **OF, outcome="unchanged") == report["outcomes"]["unchanged"]
    assert sink.get("runs", **OF, state="settled") == 1
    assert (sink.get("last_run", **OF, state="settled"), sink.get("last_run", **OF, state="failed")) == (1, 0)
    assert sink.get("salesforce_calls", **OF) == report["salesforce_calls"]
    assert report["salesforce_traffic"]["calls"] == report["salesforce_calls"]
    assert sink.get("salesforce_throttled", **OF) == report["salesforce_traffic"]["throttled"] == 0
    assert sink.get("daktela_calls", **OF) == report["daktela"]["calls"]
    assert sink.get("daktela_throttled", **OF) == 0
    assert 0 < (sink.get("daktela_latency_seconds", **OF) or 0) < 2
    assert abs((sink.get("settled_timestamp_seconds", **OF) or 0) - datetime.now(UTC).timestamp()) < 30
    assert (sink.get("watermark_lag_seconds", **OF) or 0) < 60
    assert sink.get("salesforce_calls_left", sync="default") == report["calls_left"]
    assert sink.get("preflight_failed", sync="default") == 0
    known = {f"airflow.{metric.stat}": metric for metric in METRICS}
    for stat, tags in sink.ours():
        assert {tag for tag, _ in tags} == set(known[stat].tags), stat
        assert sink.kinds[stat] == known[stat].kind.value


@pytest.mark.heavy
def test_a_run_that_had_nothing_to_do_tells_the_same(carry: Carry, sink: StatsdSink) -> None:
    """Its first task settles it, and no other is carried out."""
    for _ in range(2):
        run = carry(mappings=None)
    sink.values.clear()
    run = carry(mappings=None)
    assert {name: state for name, state in run.states.items() if state != "skipped"} == {"preflight": "success"}
    assert sink.get("runs", **OF, state="settled") == 1
    assert (sink.get("last_run", **OF, state="settled"), sink.get("last_run", **OF, state="failed")) == (1, 0)
    assert (sink.get("watermark_lag_seconds", **OF) or 0) < 60
    assert sink.get("preflight_failed", sync="default") == 0


def test_parameters_that_are_refused_say_nothing_about_the_sync(carry: Carry, sink: StatsdSink) -> None:
    """Nobody is woken because somebody has mistyped what a run should do."""
    run = carry(mode="window")
    assert run.states["preflight"] == "failed"
    assert sink.get("preflight_failed", sync="default") is None
    assert sink.get("last_run", **OF, state="failed") is None


def test_an_outage_is_told_and_the_age_of_the_last_settled_run_is_known_in_it(
    carry: Carry, sink: StatsdSink, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Preflight fails before anything is read; the ledger still knows when the mapping has settled."""
    carry()
    refused = {"conn_type": "daktela", "host": sandbox.daktela_url, "password": "wrong"}
    with monkeypatch.context() as broken:
        broken.setenv("AIRFLOW_CONN_DAKTELA_DEFAULT", json.dumps(refused))
        run = carry()
    assert run.states["preflight"] == "failed"
    assert sink.get("preflight_failed", sync="default") == 1
    assert sink.get("last_run", **OF, state="failed") == 1
    assert sink.get("last_run", **OF, state="settled") == 0
    assert sink.get("settled_age_seconds", **OF) is not None
    assert sink.get("runs", **OF, state="failed") == 1


def test_a_plan_is_counted_as_a_run_and_nothing_else(carry: Carry, sink: StatsdSink) -> None:
    """Its outcomes are not what has happened."""
    carry(mode="plan")
    assert sink.get("runs", **OF, state="planned") == 1
    assert {stat for stat, _ in sink.ours()}.isdisjoint({"airflow.salesforce_daktela.rows"})
    assert sink.get("last_run", **OF, state="settled") is None


def test_rejects_are_told_by_reason_and_as_what_is_open(
    carry: Carry, sink: StatsdSink, sandbox: Sandbox, runner: Runner
) -> None:
    """The reason is a code of the catalogue."""
    rewrite(runner.folder / "contacts.yaml", "unique], on_error: drop", "unique]")
    wrong = {"LastName": "Špatná", "Email": "spatna@example.com", "Phone": "abc"}
    sandbox.salesforce.records.create("Contact", wrong, at=earlier())
    carry()
    assert sink.get("rejects", **OF, code="phone_invalid") == 1
    assert sink.get("rejects_open", **OF) == 1


def test_a_comparison_tells_differences_by_kind(
    carry: Carry, sink: StatsdSink, sandbox: Sandbox, runner: Runner
) -> None:
    """A repair leaves none."""
    ids = [row["Id"] for row in alive(sandbox, "Contact")]
    entries = runner.ledger.records.read("default", "contacts", ids)
    own = next(id_ for id_, entry in entries.items() if not entry.adopted)
    sandbox.daktela.edit("contacts", f"sf_contact_{own}", {"lastname": "Jiná"})
    carry(COMPARING)
    assert sink.get("differences", **OF, kind="different") == 1
    carry(COMPARING, repair=True)
    assert sink.get("differences", **OF, kind="different") == 0


def test_a_repair_in_the_terminal_ends_what_the_comparison_has_told(
    carry: Carry, sink: StatsdSink, sandbox: Sandbox, runner: Runner
) -> None:
    """The sync's next run tells it from the ledger, as it tells again what a restarted exporter has lost."""
    own = own_records(runner, "contacts", sandbox, "Contact")[0]
    sandbox.daktela.edit("contacts", f"sf_contact_{own}", {"lastname": "Jiná"})
    reconcile(runner, "contacts")
    carry()
    assert sink.get("differences", **OF, kind="different") == 1
    reconcile(runner, "contacts", repair=True)
    carry()
    assert sink.get("differences", **OF, kind="different") == 0


def test_an_error_of_the_metrics_is_no_error_of_the_run(caplog: pytest.LogCaptureFixture) -> None:
    """It is said in the log."""

    def broken() -> Iterator[Sample]:
        yield Sample(PREFLIGHT_FAILED, 0, {"sync": "default"})
        raise OSError("no such host")

    metering.send(broken)
    assert "metrics were not sent: OSError" in caplog.text


def test_names_say_their_unit_and_whether_they_are_added_up() -> None:
    """Counters get ``_total`` in Prometheus, so no name ends so; every name fits OpenTelemetry's rules."""
    names = [metric.name for metric in METRICS]
    assert len(set(names)) == len(names)
    for metric in METRICS:
        assert not metric.name.endswith("_total")
        assert metric.stat.replace("_", "").replace(".", "").isalnum()
        assert len(f"airflow.{metric.stat}") < 64
        assert (metric.unit == "seconds") <= metric.name.endswith("_seconds")
        assert metric.kind in Kind
