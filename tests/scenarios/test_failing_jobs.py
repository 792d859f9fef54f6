"""A Bulk job that hangs, fails or is aborted is no end: its window is read another way, or by another job."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from salesforce_daktela.errors import ConfigurationError, TransportError
from salesforce_daktela.salesforce.wire import request_size
from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.testing import Sandbox
from tests.scenarios.bounded import CONTACTS, Bounded, bounded, jobs, loaded, logged
from tests.scenarios.oracle import alive
from tests.scenarios.scenario_runner import rewrite

__all__ = ["bounded", "logged"]


def test_a_stuck_job_is_aborted_and_its_window_read_by_rest(
    bounded: Bounded, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """It would block the sync for ever; its end is told."""
    sandbox.salesforce.switch(bulk_outcome="stuck")
    bounded.limits["bulk_timeout"] = timedelta(0)
    reports = bounded.run(CONTACTS)
    assert reports["contacts"].extracted == len(alive(sandbox, "Contact"))
    assert jobs(bounded) == []
    assert "has not ended within 0:00:00 (bulk_timeout) and is InProgress still; it was aborted" in caplog.text


def test_a_stuck_job_whose_query_is_too_long_for_rest_is_followed_by_another(
    bounded: Bounded, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The task is tried again, with a job of its own."""
    monkeypatch.setattr(request_size, "LONGEST_ADDRESS", 10)
    sandbox.salesforce.switch(bulk_outcome="stuck", bulk_outcome_jobs=1)
    bounded.limits["bulk_timeout"] = timedelta(0)
    with pytest.raises(TransportError, match="the next try starts a new job"):
        bounded.run(CONTACTS)
    assert jobs(bounded) == []
    bounded.limits.pop("bulk_timeout")
    bounded.runs -= 1
    assert bounded.run(CONTACTS)["contacts"].extracted == len(alive(sandbox, "Contact"))


REASONS: dict[str, dict[str, Any]] = {
    "timeout": {},
    "compound": {
        "bulk_error_text": "InvalidBatch : Failed to process query: FUNCTIONALITY_NOT_ENABLED: "
        "Selecting compound data not supported in Bulk Query"
    },
    "no query": {
        "bulk_error_text": "InvalidBatch : Failed to process query: INVALID_TYPE_FOR_OPERATION: "
        "entity type Contact does not support query"
    },
    "another": {"bulk_error_text": "an internal error occurred (12345)"},
    "none": {"bulk_error_message": False},
}


@pytest.mark.parametrize("reason", REASONS)
def test_a_job_that_fails_is_deleted_and_its_window_read_by_rest(
    bounded: Bounded, sandbox: Sandbox, caplog: pytest.LogCaptureFixture, reason: str
) -> None:
    """Another job would fail as well, and the sync would never get on; the reason is told."""
    sandbox.salesforce.switch(bulk_outcome="failed", **REASONS[reason])
    report = bounded.run(CONTACTS)["contacts"]
    assert (report.extracted, report.failure) == (len(alive(sandbox, "Contact")), "")
    assert jobs(bounded) == []
    told = REASONS[reason].get("bulk_error_text", "QUERY_TIMEOUT" if reason == "timeout" else "no reason given")
    assert f"is Failed: {told}" in caplog.text
    assert "its window is read by REST" in caplog.text


def test_a_failed_jobs_window_takes_more_runs_where_calls_are_few(bounded: Bounded, sandbox: Sandbox) -> None:
    """REST needs more calls than Bulk: the budget holds, and no run reads again what another has read."""
    sandbox.salesforce.switch(bulk_outcome="failed", page_rows=5)
    bounded.limits["budget_api_calls"] = 9
    assert bounded.run_until_settled(30) > 1
    assert bounded.reports[-1].extracted == len(alive(sandbox, "Contact"))


@pytest.mark.parametrize(
    ("reason", "error", "advice"),
    [
        ("timeout", TransportError, "the next try asks again"),
        ("compound", ConfigurationError, "map fewer fields of parents"),
        ("none", TransportError, "the next try asks again"),
    ],
)
def test_a_failed_job_whose_query_is_too_long_for_rest_says_so(
    bounded: Bounded, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, reason: str, error: type, advice: str
) -> None:
    """What may pass is tried again; else somebody has to change the mapping."""
    monkeypatch.setattr(request_size, "LONGEST_ADDRESS", 10)
    sandbox.salesforce.switch(bulk_outcome="failed", **REASONS[reason])
    with pytest.raises(error, match=f"too long for REST, and Bulk refuses it: Bulk job .* is Failed.*{advice}"):
        bounded.run(CONTACTS)
    assert jobs(bounded) == []
    sandbox.salesforce.switch(bulk_outcome="complete")
    bounded.runs -= 1
    assert bounded.run(CONTACTS)["contacts"].extracted == len(alive(sandbox, "Contact"))


def test_a_job_that_somebody_aborts_is_followed_by_another(bounded: Bounded, sandbox: Sandbox) -> None:
    """The task is tried again."""
    sandbox.salesforce.switch(bulk_outcome="aborted", bulk_outcome_jobs=1)
    with pytest.raises(TransportError, match="somebody has aborted Bulk job"):
        bounded.run(CONTACTS)
    bounded.runs -= 1
    assert bounded.run(CONTACTS)["contacts"].extracted == len(alive(sandbox, "Contact"))


def test_departures_are_found_where_rest_takes_too_long_for_any_window(bounded: Bounded, sandbox: Sandbox) -> None:
    """The stamp has no index: a Bulk job lists the changed Ids, as another one reads the rows."""
    rewrite(bounded.folder / "contacts.yaml", "on_delete: keep", "where: \"LastName != 'Odchozí'\"\non_delete: keep")
    leaving = loaded(bounded, sandbox)
    for id_ in leaving:
        sandbox.salesforce.records.update("Contact", id_, {"LastName": "Odchozí"})
    sandbox.salesforce.switch(clock_skew_seconds=60.0, query_timeout_days=0.0)
    report = bounded.run(CONTACTS)["contacts"]
    assert (report.outcomes["kept"], report.failure) == (len(leaving), "")
    assert jobs(bounded) == []


def test_departures_are_found_in_halves_where_bulk_fails(bounded: Bounded, sandbox: Sandbox) -> None:
    """Wide windows take REST too long, and no Bulk job completes."""
    rewrite(bounded.folder / "contacts.yaml", "on_delete: keep", "where: \"LastName != 'Odchozí'\"\non_delete: keep")
    leaving = loaded(bounded, sandbox)
    for id_ in leaving:
        sandbox.salesforce.records.update("Contact", id_, {"LastName": "Odchozí"})
    sandbox.salesforce.switch(clock_skew_seconds=60.0, bulk_outcome="failed", query_timeout_days=400.0)
    binned = len(sandbox.salesforce.records.read("Contact")) - len(leaving)
    report = bounded.run(RunRequest(mode=Mode.FULL, mappings=("contacts",)))["contacts"]
    assert (report.outcomes["kept"], report.failure) == (len(leaving) + binned, "")


def test_a_job_that_is_slow_is_waited_for(bounded: Bounded, sandbox: Sandbox) -> None:
    """As long as bulk_timeout allows."""
    sandbox.salesforce.switch(bulk_polls=20)
    assert bounded.run(CONTACTS)["contacts"].extracted == len(alive(sandbox, "Contact"))
    assert bounded.ledger.checkpoints.read("default", "run-1", "contacts").api == "bulk"  # type: ignore[union-attr]
