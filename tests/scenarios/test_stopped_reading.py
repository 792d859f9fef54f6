"""A reading that a limit stops comes to its end in later runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from salesforce_daktela.errors import ConfigurationError, QuotaError, TransportError
from salesforce_daktela.salesforce.bulk import whole_job
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.query import by_id
from salesforce_daktela.steps.preflight.preflight import preflight
from salesforce_daktela.steps.settle.retention import sweep_parts
from salesforce_daktela.sync.outcome import Outcome, Problem, RecordOutcome
from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.testing import Sandbox
from tests.scenarios.bounded import CONTACTS, Bounded, bounded, jobs, loaded, logged
from tests.scenarios.oracle import alive
from tests.scenarios.scenario_runner import rewrite

__all__ = ["bounded", "logged"]


@pytest.mark.parametrize(
    "switches", [{}, {"bulk_refused": ("*",), "page_rows": 5}], ids=["by Bulk", "by REST, which Bulk refuses"]
)
def test_a_budget_below_one_window_takes_more_runs(
    bounded: Bounded, sandbox: Sandbox, caplog: pytest.LogCaptureFixture, switches: dict[str, Any]
) -> None:
    """Each run goes on where the last one stopped; nothing is lost, and the watermark is that of the whole window."""
    sandbox.salesforce.switch(**switches)
    bounded.limits["budget_api_calls"] = 7
    assert bounded.run_until_settled(30) > 1
    (report,) = bounded.reports
    assert report.extracted == len(alive(sandbox, "Contact"))
    assert sum(report.outcomes.values()) == report.extracted
    assert report.watermark == report.until
    assert caplog.text.count("going on with what run") == bounded.runs - 1
    assert jobs(bounded) == []
    base = Path(bounded.store.base)
    assert {(base / path).stat().st_mode & 0o777 for path in bounded.store.list_files("default")} == {0o600}
    sweep_parts(bounded.spec, bounded.ledger, bounded.store, now=datetime.now(UTC))
    assert bounded.store.list_files("default") == []


@pytest.mark.parametrize(
    "switches", [{}, {"bulk_refused": ("*",), "page_rows": 5}], ids=["by Bulk", "by REST, which Bulk refuses"]
)
def test_a_first_reading_that_another_run_has_overtaken_counts_each_record_once(
    bounded: Bounded, sandbox: Sandbox, switches: dict[str, Any]
) -> None:
    """A run of named records has loaded one meanwhile: from then on deleted rows are read, too, by another query."""
    bounded.run(RunRequest(mappings=("accounts",)))
    sandbox.salesforce.switch(**switches)
    bounded.limits["budget_api_calls"] = 7
    with pytest.raises(QuotaError):
        bounded.run(CONTACTS)
    bounded._settle_unwritten("deferred")
    del bounded.limits["budget_api_calls"]
    one = alive(sandbox, "Contact")[0]["Id"]
    bounded.run(RunRequest(mode=Mode.RECORDS, ids=(one,), mappings=("contacts",)))
    report = bounded.run(CONTACTS)["contacts"]
    shown = sandbox.salesforce.records.read("Contact")
    assert report.extracted == sum(report.outcomes.values()) == len(shown)


def test_a_job_of_another_api_version_is_followed_by_a_new_one(bounded: Bounded, sandbox: Sandbox) -> None:
    """Its state can be read in every version, its results only in its own: the task's next try must not ask again."""
    bounded.limits["budget_api_calls"] = 7
    with pytest.raises(QuotaError):
        bounded.run(CONTACTS)
    bounded._settle_unwritten("deferred")
    del bounded.limits["budget_api_calls"]
    newer = replace(bounded.salesforce.credentials, version="68.0")
    bounded.salesforce = SalesforceClient(newer, sleep=lambda _: None)
    spec, mapping = bounded.spec, bounded.spec.mapping("contacts")
    facts = preflight(spec, CONTACTS, bounded.salesforce, bounded.daktela, database=None, ledger=bounded.ledger)
    with pytest.raises(TransportError, match="start a new job"):
        bounded.extract(spec, mapping, facts, CONTACTS, "upgraded")
    assert bounded.extract(spec, mapping, facts, CONTACTS, "upgraded").extracted == len(alive(sandbox, "Contact"))


@pytest.mark.parametrize("switches", [{}, {"bulk_refused": ("*",)}], ids=["after Bulk", "after REST"])
def test_due_rejects_and_departures_take_more_runs(
    bounded: Bounded, sandbox: Sandbox, switches: dict[str, Any]
) -> None:
    """What a run has read of them is not read again, so that however small the budget is, the sync comes to rest."""
    rewrite(bounded.folder / "contacts.yaml", "on_delete: keep", "where: \"LastName != 'Odchozí'\"\non_delete: keep")
    contacts = loaded(bounded, sandbox)
    leaving, due = contacts[::2], contacts[1::2]
    refused = [RecordOutcome(id=id_, outcome=Outcome.REJECTED, problems=(Problem(code="x"),)) for id_ in due]
    bounded.ledger.rejects.save("default", "contacts", "run-1", refused, datetime.now(UTC) - timedelta(days=30))
    for id_ in leaving:
        sandbox.salesforce.records.update("Contact", id_, {"LastName": "Odchozí"})
    sandbox.salesforce.switch(clock_skew_seconds=60.0, page_rows=2, **switches)
    bounded.limits["budget_api_calls"] = 7
    assert bounded.run_until_settled(30) > 3
    report = bounded.reports[-1]
    assert report.outcomes["kept"] == len(leaving)
    assert report.outcomes["unchanged"] >= len(due)
    assert sum(report.outcomes.values()) == report.extracted
    assert not bounded.ledger.rejects.codes("default", "contacts", due)
    assert report.watermark == report.until


def test_a_halved_window_takes_more_runs(bounded: Bounded, sandbox: Sandbox) -> None:
    """The halves that were read, and the queries that were too slow, are not asked again."""
    sandbox.salesforce.switch(bulk_refused=("*",), page_rows=5, query_timeout_days=100.0)
    bounded.limits["budget_api_calls"] = 7
    assert bounded.run_until_settled(60) > 1
    (report,) = bounded.reports
    assert sum(report.outcomes.values()) == report.extracted == len(alive(sandbox, "Contact"))


def test_a_page_of_departures_that_has_expired_begins_its_query_anew(bounded: Bounded, sandbox: Sandbox) -> None:
    """What was read of others is kept."""
    rewrite(bounded.folder / "contacts.yaml", "on_delete: keep", "where: \"LastName != 'Odchozí'\"\non_delete: keep")
    leaving = loaded(bounded, sandbox)
    for id_ in leaving:
        sandbox.salesforce.records.update("Contact", id_, {"LastName": "Odchozí"})
    sandbox.salesforce.switch(clock_skew_seconds=60.0, page_rows=2, bulk_refused=("*",))
    bounded.limits["budget_api_calls"] = 7
    with pytest.raises(QuotaError):
        bounded.run(CONTACTS)
    bounded._settle_unwritten("deferred")
    sandbox.salesforce.switch(expire_locator_next=10)
    with pytest.raises(TransportError):
        bounded.run(CONTACTS)
    sandbox.salesforce.switch(expire_locator_next=0)
    bounded.limits.pop("budget_api_calls")
    bounded.runs -= 1
    assert bounded.run(CONTACTS)["contacts"].outcomes["kept"] == len(leaving)


def test_a_budget_without_room_for_every_mapping_is_refused(bounded: Bounded) -> None:
    """Those in front would use it up in every run."""
    bounded.limits["budget_api_calls"] = 23
    with pytest.raises(ConfigurationError, match="23 is too small: a run of 4 mappings needs at least 24, 6 for each"):
        bounded.run()


def test_named_records_beyond_the_budget_are_refused(bounded: Bounded, sandbox: Sandbox) -> None:
    """No other run goes on with them."""
    ids = tuple(contact["Id"] for contact in alive(sandbox, "Contact"))
    sandbox.salesforce.switch(page_rows=2)
    bounded.limits["budget_api_calls"] = 7
    with pytest.raises(ConfigurationError, match="7 is too small: reading contacts needs more in one go") as caught:
        bounded.run(RunRequest(mode=Mode.RECORDS, ids=ids, mappings=("contacts",)))
    assert "set budget_api_calls in sync.yaml to 14 or more" in caught.value.advice


def test_one_step_beyond_the_budget_is_refused_instead_of_deferred_for_ever(
    bounded: Bounded, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Due records that are read by a Bulk job, which is looked at more often than the budget allows.

    The first run has read the window, so it has got on; the second has not.
    """
    due = loaded(bounded, sandbox)
    refused = [RecordOutcome(id=id_, outcome=Outcome.REJECTED, problems=(Problem(code="x"),)) for id_ in due]
    bounded.ledger.rejects.save("default", "contacts", "run-1", refused, datetime.now(UTC) - timedelta(days=30))
    monkeypatch.setattr(by_id, "FEW", 10_000)
    monkeypatch.setattr(by_id, "MOST_QUERIES", 0)
    monkeypatch.setattr(whole_job, "PAUSES", (0,) * 30)
    sandbox.salesforce.switch(clock_skew_seconds=60.0, bulk_polls=20)
    bounded.limits.update(budget_api_calls=7, bulk_above=1_000)
    with pytest.raises(QuotaError):
        bounded.run(CONTACTS)
    bounded._settle_unwritten("deferred")
    with pytest.raises(ConfigurationError, match="7 is too small: reading contacts needs more in one go"):
        bounded.run(CONTACTS)


def test_what_changes_while_runs_are_deferred_comes_with_the_run_after(bounded: Bounded, sandbox: Sandbox) -> None:
    """It lies behind the window that they read."""
    bounded.limits["budget_api_calls"] = 7
    with pytest.raises(QuotaError):
        bounded.run(CONTACTS)
    bounded._settle_unwritten("deferred")
    for contact in alive(sandbox, "Contact")[:5]:
        sandbox.salesforce.records.update("Contact", contact["Id"], {"LastName": "Přejmenovaná"})
    sandbox.salesforce.switch(clock_skew_seconds=30.0)
    bounded.run_until_settled(30)
    bounded.limits.pop("budget_api_calls")
    sandbox.salesforce.switch(clock_skew_seconds=60.0)
    bounded.run(CONTACTS)
    assert [report.extracted for report in bounded.reports] == [len(alive(sandbox, "Contact")), 5]


@pytest.mark.parametrize("loss", ["parts", "totals", "watermark"])
def test_what_cannot_be_gone_on_with_is_read_anew(
    bounded: Bounded, sandbox: Sandbox, caplog: pytest.LogCaptureFixture, loss: str
) -> None:
    """Its parts are gone, its run was not deferred but failed, or a later window has been settled since."""
    bounded.limits["budget_api_calls"] = 7
    with pytest.raises(QuotaError):
        bounded.run(CONTACTS)
    bounded._settle_unwritten("failed" if loss == "totals" else "deferred")
    bounded.limits.pop("budget_api_calls")
    if loss == "parts":
        bounded.store.delete_run("default", "run-1")
    if loss == "watermark":
        until = datetime.now(UTC) + timedelta(days=1)
        bounded.ledger.watermarks.move("default", "contacts", until, "other", fingerprint="another")
    reports = bounded.run(CONTACTS)
    assert reports["contacts"].extracted >= len(alive(sandbox, "Contact"))
    assert "going on with" not in caplog.text


def test_pages_that_have_expired_are_read_anew(bounded: Bounded, sandbox: Sandbox) -> None:
    """Salesforce keeps the rest of a query for two days; the next try begins with the query."""
    sandbox.salesforce.switch(bulk_refused=("*",), page_rows=5)
    bounded.limits["budget_api_calls"] = 7
    with pytest.raises(QuotaError):
        bounded.run(CONTACTS)
    bounded._settle_unwritten("deferred")
    sandbox.salesforce.switch(expire_locator_next=10)
    bounded.limits.pop("budget_api_calls")
    with pytest.raises(TransportError):
        bounded.run(CONTACTS)
    sandbox.salesforce.switch(expire_locator_next=0)
    bounded.runs -= 1
    assert bounded.run(CONTACTS)["contacts"].extracted == len(alive(sandbox, "Contact"))
