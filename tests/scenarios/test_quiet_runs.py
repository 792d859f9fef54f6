"""What a run costs both systems when nothing has changed: it happens every few minutes, for years."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
import requests

from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.steps.preflight import forms
from salesforce_daktela.steps.run.shared_session import SharedSession
from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.testing import Sandbox
from tests.scenarios.scenario_runner import Runner, rewrite, set_clock
from tests.worker_clock import put_worker_clock

MAPPINGS = 4


@pytest.fixture
def settled(runner: Runner, sandbox: Sandbox) -> Runner:
    """A deployment that has loaded everything and then run once more."""
    runner.run()
    runner.run()
    sandbox.daktela.journal.clear()
    requests.delete(f"{sandbox.salesforce_url}/__sandbox__/requests", timeout=20).raise_for_status()
    return runner


def in_new_processes(runner: Runner) -> None:
    """Forget what a process remembers: nobody is signed in, nothing was described."""
    credentials = runner.salesforce.credentials
    keeper = SharedSession(runner.ledger, "salesforce_default", credentials)
    runner.salesforce = SalesforceClient(credentials, keeper=keeper)


def asked_of_salesforce(sandbox: Sandbox) -> Counter[str]:
    found = requests.get(f"{sandbox.salesforce_url}/__sandbox__/requests?limit=1000", timeout=20).json()
    return Counter(str(entry["path"]).partition("?")[0].rsplit("/", 1)[-1] for entry in found)


def test_daktela_is_asked_three_times(settled: Runner, sandbox: Sandbox) -> None:
    """Who we are, which CRM databases and which custom fields there are; not once for each mapping."""
    in_new_processes(settled)
    assert all(report.outcomes.keys() <= {"unchanged"} for report in settled.run().values())
    calls = {"GET whoim": 1, "GET crmDatabases": 1, "GET formCrmFields": 1}
    assert dict(sandbox.daktela.journal.calls) == calls


def test_salesforce_is_asked_a_few_times_for_each_mapping(settled: Runner, sandbox: Sandbox) -> None:
    """Each object and its users' fields are described, each window is counted and read; allowances cost nothing."""
    in_new_processes(settled)
    settled.run()
    asked = asked_of_salesforce(sandbox)
    assert asked == {"token": 1, "describe": MAPPINGS + 1, "queryAll": 2 * MAPPINGS + 1}
    assert asked.total() <= 4 + 3 * MAPPINGS


def test_the_next_run_goes_on_with_the_same_session(settled: Runner, sandbox: Sandbox) -> None:
    """Its processes are new, the sign-in is not."""
    for _ in range(2):
        in_new_processes(settled)
        settled.run()
    assert asked_of_salesforce(sandbox)["token"] == 1


def test_a_new_custom_field_makes_forms_be_looked_at(settled: Runner, sandbox: Sandbox) -> None:
    """The pool tells that something has changed, so each form in use is read again."""
    sandbox.daktela.switch(removed_custom_field="salutation")
    settled.run()
    calls = sandbox.daktela.journal.calls
    assert (calls["GET contacts"], calls["GET accounts"], calls["GET crmRecords"]) == (1, 1, 1)


def test_changed_mapping_files_make_forms_be_looked_at(settled: Runner, sandbox: Sandbox) -> None:
    """Whoever maps another field wants to know whether it is there now."""
    rewrite(settled.folder / "accounts.yaml", "on_delete: keep", "on_delete: keep\nmax_removals: 5")
    settled.run()
    assert sandbox.daktela.journal.calls["GET contacts"] == 1


def test_forms_are_looked_at_again_after_an_hour(
    settled: Runner, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A field taken off a form only is found then."""
    monkeypatch.setattr(forms, "FRESH", timedelta(0))
    settled.run()
    assert sandbox.daktela.journal.calls["GET contacts"] == 1


def test_what_a_worker_kept_whose_clock_is_ahead_is_looked_at_again(
    settled: Runner, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its hour would else not be over before a day is."""
    put_worker_clock(monkeypatch, timedelta(days=-1))
    settled.run()
    assert sandbox.daktela.journal.calls["GET contacts"] == 1


def test_a_run_by_hand_looks_at_everything(settled: Runner, sandbox: Sandbox) -> None:
    """Somebody is waiting to see how things are now."""
    settled.run(RunRequest(mode=Mode.PLAN))
    assert sandbox.daktela.journal.calls["GET contacts"] == 1


def test_without_the_pool_nothing_is_remembered(settled: Runner, sandbox: Sandbox) -> None:
    """Where a role does not show it, nothing would tell of a change."""
    sandbox.daktela.switch(form_crm_fields_endpoint="forbidden")
    settled.run()
    settled.run()
    assert sandbox.daktela.journal.calls["GET contacts"] == 2


def test_rejects_that_are_tried_again_leave_two_hours_of_quiet_runs_green(
    runner: Runner, sandbox: Sandbox, before_now: datetime
) -> None:
    """A tick that reads nothing but known rejects has nothing new to tell, although all it reads is rejected again."""
    for name in ("Chybná", "Nesprávná"):
        fields = {"LastName": name, "Email": "dobra@example.cz"}
        bad = sandbox.salesforce.records.create("Contact", fields, at=before_now)
        sandbox.salesforce.records.update("Contact", bad, {"Email": "chybna@@example"}, at=before_now)
    assert runner.run()["contacts"].outcomes["rejected"] >= 2
    tried = 0
    for tick in range(1, 9):
        set_clock(runner, sandbox, 900.0 * tick + 5)
        reports = runner.run()
        assert [report.failure for report in reports.values()] == [""] * MAPPINGS, tick
        assert reports["contacts"].outcomes.keys() <= {"rejected"}
        tried += reports["contacts"].notes.get("rejected_again", 0)
    assert tried >= 6
