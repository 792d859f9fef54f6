"""A run every minute: one question to Salesforce tells whether there is anything to do."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
import requests

from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.steps.run.shared_session import SharedSession
from salesforce_daktela.steps.tick import last_check
from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.salesforce.conversion import convert
from sandbox.testing import Sandbox
from tests.scenarios.scenario_runner import Runner, counts, rewrite
from tests.worker_clock import put_worker_clock

NAMES = ["accounts", "contacts", "leads", "opportunities"]


@pytest.fixture
def settled(runner: Runner, sandbox: Sandbox) -> Runner:
    """A deployment whose last run has read everything that changed within the overlap."""
    runner.ticks = True
    for _ in range(3):
        tick(runner, sandbox)
    return runner


def tick(runner: Runner, sandbox: Sandbox, request: RunRequest | None = None) -> Counter[str]:
    """Carry out a run in new processes; return what Salesforce was asked."""
    credentials = runner.salesforce.credentials
    keeper = SharedSession(runner.ledger, "salesforce_default", credentials)
    runner.salesforce = SalesforceClient(credentials, keeper=keeper, sleep=lambda _: None)
    sandbox.daktela.journal.clear()
    journal = f"{sandbox.salesforce_url}/__sandbox__/requests"
    requests.delete(journal, timeout=20).raise_for_status()
    runner.run(request)
    found = requests.get(f"{journal}?limit=1000", timeout=20).json()
    return Counter(str(entry["path"]).partition("?")[0].rsplit("/", 1)[-1] for entry in found)


def test_a_quiet_run_takes_one_call_of_salesforce_and_none_of_daktela(settled: Runner, sandbox: Sandbox) -> None:
    """Its reports are those of a settled run: nothing was extracted, and the watermarks have moved on."""
    before = settled.ledger.watermarks.of_sync("default")
    sandbox.salesforce.switch(clock_skew_seconds=60.0)
    assert tick(settled, sandbox) == {"composite": 1}
    assert not sandbox.daktela.journal.calls
    reports = settled.reports[-4:]
    assert [report.mapping for report in reports] == NAMES
    assert [(report.state, report.extracted, dict(report.outcomes)) for report in reports] == [("settled", 0, {})] * 4
    assert [report.salesforce_calls for report in reports] == [1, 0, 0, 0]
    traffic = [report.to_dict()["salesforce_traffic"] for report in reports]
    assert (traffic[0]["calls"], traffic[1:]) == (1, [None] * 3)
    after = settled.ledger.watermarks.of_sync("default")
    for name in NAMES:
        assert timedelta(seconds=50) < after[name] - before[name] < timedelta(seconds=120)


def test_a_change_is_read_by_the_next_run_and_by_no_other(
    settled: Runner, sandbox: Sandbox, before_now: datetime
) -> None:
    """Within the overlap its row is met again and known. The run that reads it needs no describes."""
    contact = sandbox.salesforce.records.create("Contact", {"LastName": "Nová"}, at=before_now)
    asked = tick(settled, sandbox)
    assert counts({"contacts": settled.reports[-3]})["contacts"] == {"created": 1}
    assert asked["describe"] == 0
    assert sandbox.daktela.get("contacts", f"sf_contact_{contact}") is not None
    assert tick(settled, sandbox) == {"composite": 1}


def test_a_row_that_is_committed_late_is_read(settled: Runner, sandbox: Sandbox, before_now: datetime) -> None:
    """Its stamp lies before the watermark, and no run has seen it."""
    sandbox.salesforce.switch(clock_skew_seconds=240.0)
    tick(settled, sandbox)
    assert settled.ledger.watermarks.of_sync("default")["accounts"] > before_now
    account = sandbox.salesforce.records.create("Account", {"Name": "Pozdní"}, at=before_now)
    tick(settled, sandbox)
    assert sandbox.daktela.get("accounts", f"sf_account_{account}") is not None


def test_a_run_that_fails_after_the_question_leaves_its_rows_unread(
    settled: Runner, sandbox: Sandbox, before_now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The watermark stays, so they are found once more."""
    contact = sandbox.salesforce.records.create("Contact", {"LastName": "Nová"}, at=before_now)
    with monkeypatch.context() as broken:
        broken.setattr(Runner, "load", _fail)
        with pytest.raises(RuntimeError):
            tick(settled, sandbox)
    tick(settled, sandbox)
    assert sandbox.daktela.get("contacts", f"sf_contact_{contact}") is not None


def _fail(*_: object, **__: object) -> None:
    raise RuntimeError("died")


@pytest.mark.parametrize("act", ["delete", "leave"])
def test_a_departure_is_noticed(settled: Runner, sandbox: Sandbox, before_now: datetime, act: str) -> None:
    """Also that of a record which only leaves the filter."""
    records = sandbox.salesforce.records
    if act == "leave":
        rewrite(settled.folder / "contacts.yaml", "key:", 'where: "DoNotCall = false"\nkey:')
        tick(settled, sandbox)
        tick(settled, sandbox)
    (contact,) = (row["Id"] for row in records.read("Contact", limit=1))
    if act == "delete":
        records.delete("Contact", contact)
        sandbox.salesforce.switch(clock_skew_seconds=60.0)
    else:
        records.update("Contact", contact, {"DoNotCall": True}, at=before_now)
    tick(settled, sandbox)
    assert settled.reports[-3].outcomes == {"kept": 1}


def test_a_conversion_is_noticed(settled: Runner, sandbox: Sandbox, before_now: datetime) -> None:
    leads = [row["Id"] for row in sandbox.salesforce.records.read("Lead") if not row["IsConverted"]]
    lead = next(id_ for id_ in leads if settled.ledger.records.names("default", "leads", [id_]))
    convert(sandbox.salesforce.records, lead, at=before_now)
    tick(settled, sandbox)
    assert settled.reports[-2].outcomes == {"became": 1}


def test_rejected_records_that_are_due_are_tried_again(settled: Runner, sandbox: Sandbox, before_now: datetime) -> None:
    """No stamp moves for that."""
    bad = sandbox.salesforce.records.create("Contact", {"LastName": "Chybná"}, at=before_now)
    sandbox.salesforce.records.update("Contact", bad, {"Email": "chybna@@example"}, at=before_now)
    tick(settled, sandbox)
    assert tick(settled, sandbox) == {"composite": 1}
    sandbox.salesforce.switch(clock_skew_seconds=3_000.0)
    assert tick(settled, sandbox)["queryAll"]
    assert settled.reports[-3].outcomes == {"rejected": 1}


def test_a_reread_that_is_due_is_done(settled: Runner, sandbox: Sandbox) -> None:
    """Formulas and parents' fields move no stamp: the schedule of the mapping finds them, as without the question."""
    sandbox.salesforce.switch(clock_skew_seconds=25.0 * 3_600)
    assert tick(settled, sandbox)["queryAll"]
    assert any(report.outcomes.get("unchanged") for report in settled.reports[-4:])


def test_both_systems_are_checked_whole_every_hour(
    settled: Runner, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever no stamp tells is noticed then: schemas, rights, the databases of Daktela."""
    monkeypatch.setattr(last_check, "FRESH", timedelta(0))
    asked = tick(settled, sandbox)
    assert (asked["composite"], asked["describe"]) == (0, 5)
    assert sandbox.daktela.journal.calls["GET whoim"] == 1


def test_a_check_that_a_worker_kept_whose_clock_is_ahead_is_made_again(
    settled: Runner, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_worker_clock(monkeypatch, timedelta(days=-1))
    assert tick(settled, sandbox)["describe"] == 5


def test_changed_files_are_checked_at_once(settled: Runner, sandbox: Sandbox) -> None:
    rewrite(settled.folder / "accounts.yaml", "on_delete: keep", "on_delete: keep\nmax_removals: 5")
    assert tick(settled, sandbox)["describe"] == 5


@pytest.mark.parametrize("mode", [Mode.FULL, Mode.PLAN])
def test_a_run_that_somebody_asks_for_looks_at_everything(settled: Runner, sandbox: Sandbox, mode: Mode) -> None:
    assert tick(settled, sandbox, RunRequest(mode=mode))["describe"] == 5


def test_a_field_that_is_hidden_meanwhile_is_noticed_at_once(
    settled: Runner, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """The question names every mapped field; when one is refused, both schemas are read again."""
    sandbox.salesforce.switch(hidden_fields=("Contact.Title",))
    asked = tick(settled, sandbox)
    assert (asked["composite"], asked["describe"]) == (1, 5)
    assert settled.reports[-3].left_out
    assert "INVALID_FIELD" in caplog.text


@pytest.mark.parametrize("answer", ["missing", "forbidden"])
def test_an_org_without_composite_is_asked_the_whole_way_and_the_log_says_so(
    settled: Runner, sandbox: Sandbox, answer: str, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.salesforce.switch(composite=answer)
    asked = tick(settled, sandbox)
    assert (asked["describe"], asked["queryAll"]) == (5, 9)
    assert "this run goes the whole way, because the short question has failed" in caplog.text
    assert settled.reports[-1].state == "settled"


def test_a_quiet_run_respects_the_reserve(settled: Runner, sandbox: Sandbox) -> None:
    """It is deferred as any other, and its watermark stays."""
    rewrite(settled.folder / "sync.yaml", "lag: 0s", "lag: 0s, reserve_api_calls: 20%")
    tick(settled, sandbox)
    before = settled.ledger.watermarks.of_sync("default")
    sandbox.salesforce.switch(quota_remaining=1_000, daily_calls=100_000)
    runs = len(settled.reports)
    with pytest.raises(Exception, match="daily calls remain"):
        tick(settled, sandbox)
    assert settled.ledger.watermarks.of_sync("default") == before
    assert len(settled.reports) == runs


def test_many_changes_at_once_are_read_and_not_remembered(
    settled: Runner, sandbox: Sandbox, before_now: datetime
) -> None:
    """Where the answer has further pages, the run reads the usual way until the overlap has passed."""
    sandbox.salesforce.switch(page_rows=1)
    for name in ("Nová", "Malá"):
        sandbox.salesforce.records.create("Contact", {"LastName": name}, at=before_now)
    for _ in range(2):
        assert tick(settled, sandbox)["queryAll"]
    sandbox.salesforce.switch(clock_skew_seconds=700.0)
    tick(settled, sandbox)
    assert tick(settled, sandbox) == {"composite": 1}


def test_a_run_that_names_mappings_asks_for_these_alone(settled: Runner, sandbox: Sandbox) -> None:
    runs = len(settled.reports)
    assert tick(settled, sandbox, RunRequest(mappings=("contacts",))) == {"composite": 1}
    assert [report.mapping for report in settled.reports[runs:]] == ["contacts"]
