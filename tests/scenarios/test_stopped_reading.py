"""A reading that is stopped by a limit or that hangs comes to its end: later, or another way."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from salesforce_daktela.errors import QuotaError, TransportError
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.salesforce.wire import request_size
from salesforce_daktela.steps.settle.retention import sweep_parts
from salesforce_daktela.steps.settle.settle import settle_unwritten
from salesforce_daktela.sync.request import RunRequest
from sandbox.testing import Sandbox
from tests.scenarios.oracle import alive
from tests.scenarios.scenario_runner import Runner

CONTACTS = RunRequest(mappings=("contacts",))


@dataclass(slots=True, kw_only=True)
class Bounded(Runner):
    """A runner whose sync has other limits than its file says."""

    limits: dict[str, Any] = field(default_factory=dict)

    @property
    def spec(self) -> SyncSpec:
        """The sync with those limits."""
        read = load_sync(self.folder)
        return replace(read, limits=replace(read.limits, **self.limits))

    def run_until_settled(self, most: int) -> int:
        """Return how many runs it took; each before the last is deferred."""
        for number in range(1, most + 1):
            try:
                self.run(CONTACTS)
            except QuotaError:
                self._account_for("deferred")
            else:
                return number
        raise AssertionError(f"not settled after {most} runs")

    def _account_for(self, state: str) -> None:
        spec = self.spec
        settle_unwritten(
            spec,
            spec.mapping("contacts"),
            CONTACTS,
            self.ledger,
            run_id=f"run-{self.runs}",
            state=state,
            started=datetime.now(UTC),
        )


def jobs(runner: Runner) -> list[str]:
    """The states of all query jobs that the org knows."""
    listed: Any = runner.salesforce.get_json(f"{runner.salesforce.data_path}/jobs/query")
    return [job["state"] for job in listed["records"]]


@pytest.fixture
def bounded(runner: Runner) -> Bounded:
    """Bulk for everything, in parts of five rows."""
    given = {each.name: getattr(runner, each.name) for each in fields(runner)}
    return Bounded(**given, limits={"bulk_above": 0, "part_rows": 5})


@pytest.fixture(autouse=True)
def logged(caplog: pytest.LogCaptureFixture) -> None:
    """What is told, too."""
    caplog.set_level("INFO")


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


def test_what_changes_while_runs_are_deferred_comes_with_the_run_after(bounded: Bounded, sandbox: Sandbox) -> None:
    """It lies behind the window that they read."""
    bounded.limits["budget_api_calls"] = 7
    with pytest.raises(QuotaError):
        bounded.run(CONTACTS)
    bounded._account_for("deferred")
    for contact in alive(sandbox, "Contact")[:5]:
        sandbox.salesforce.records.update("Contact", contact["Id"], {"LastName": "Přejmenovaná"})
    sandbox.salesforce.switch(clock_skew_seconds=30.0)
    bounded.run_until_settled(30)
    bounded.limits.pop("budget_api_calls")
    sandbox.salesforce.switch(clock_skew_seconds=60.0)
    bounded.run(CONTACTS)
    assert [report.extracted for report in bounded.reports] == [len(alive(sandbox, "Contact")), 5]


@pytest.mark.parametrize("loss", ["parts", "account", "watermark"])
def test_what_cannot_be_gone_on_with_is_read_anew(
    bounded: Bounded, sandbox: Sandbox, caplog: pytest.LogCaptureFixture, loss: str
) -> None:
    """Its parts are gone, its run was not deferred but failed, or a later window has been settled since."""
    bounded.limits["budget_api_calls"] = 7
    with pytest.raises(QuotaError):
        bounded.run(CONTACTS)
    bounded._account_for("failed" if loss == "account" else "deferred")
    bounded.limits.pop("budget_api_calls")
    if loss == "parts":
        bounded.store.delete_run("default", "run-1")
    if loss == "watermark":
        until = datetime.now(UTC) + timedelta(days=1)
        bounded.ledger.watermarks.move("default", "contacts", until, "other", fingerprint="another")
    reports = bounded.run(CONTACTS)
    assert reports["contacts"].extracted >= len(alive(sandbox, "Contact"))
    assert "going on with" not in caplog.text


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


def test_a_job_that_is_slow_is_waited_for(bounded: Bounded, sandbox: Sandbox) -> None:
    """As long as bulk_timeout allows."""
    sandbox.salesforce.switch(bulk_polls=20)
    assert bounded.run(CONTACTS)["contacts"].extracted == len(alive(sandbox, "Contact"))
    assert bounded.ledger.checkpoints.read("default", "run-1", "contacts").api == "bulk"  # type: ignore[union-attr]


def test_pages_that_have_expired_are_read_anew(bounded: Bounded, sandbox: Sandbox) -> None:
    """Salesforce keeps the rest of a query for two days; the next try begins with the query."""
    sandbox.salesforce.switch(bulk_refused=("*",), page_rows=5)
    bounded.limits["budget_api_calls"] = 7
    with pytest.raises(QuotaError):
        bounded.run(CONTACTS)
    bounded._account_for("deferred")
    sandbox.salesforce.switch(expire_locator_next=10)
    bounded.limits.pop("budget_api_calls")
    with pytest.raises(TransportError):
        bounded.run(CONTACTS)
    sandbox.salesforce.switch(expire_locator_next=0)
    bounded.runs -= 1
    assert bounded.run(CONTACTS)["contacts"].extracted == len(alive(sandbox, "Contact"))
