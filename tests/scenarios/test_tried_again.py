"""Departures that Daktela refuses are rejects, and are tried again like the records that are there."""

from __future__ import annotations

from datetime import datetime

import pytest

from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.testing import Sandbox
from tests.scenarios.oracle import alive
from tests.scenarios.scenario_runner import Runner, counts, rewrite, set_clock


@pytest.fixture
def left(runner: Runner, sandbox: Sandbox, before_now: datetime) -> str:
    """A lead that has left the filter, and whose object is to be deleted."""
    rewrite(runner.folder / "leads.yaml", "on_delete: keep", "on_delete: delete")
    runner.run()
    lead: str = alive(sandbox, "Lead")[0]["Id"]
    sandbox.salesforce.records.update("Lead", lead, {"IsConverted": True}, at=before_now)
    return lead


def refuse(sandbox: Sandbox, lead: str, times: int) -> None:
    sandbox.daktela.script.order(
        "internal_error", method="DELETE", endpoint="contacts", name=f"sf_lead_{lead}", times=times
    )


def test_a_refused_filter_exit_is_tried_again(runner: Runner, sandbox: Sandbox, left: str) -> None:
    """While its change is in the overlap, and long after: its reject stays open until the object is gone."""
    refuse(sandbox, left, 3)
    assert counts(runner.run())["leads"] == {"rejected": 1}
    (first,) = runner.ledger.rejects.read("default", "leads")
    for at, attempts in ((950.0, 2), (3_000.0, 3)):
        set_clock(runner, sandbox, at)
        again = runner.run()["leads"]
        assert (again.outcomes, again.notes["rejected_again"]) == ({"rejected": 1}, 1)
        (reject,) = runner.ledger.rejects.read("default", "leads")
        assert (reject.attempts, reject.first_seen) == (attempts, first.first_seen)
    set_clock(runner, sandbox, 9_000.0)
    assert counts(runner.run())["leads"] == {"removed": 1}
    assert sandbox.daktela.get("contacts", f"sf_lead_{left}") is None
    assert runner.ledger.rejects.read("default", "leads") == []


def test_a_replay_handles_a_refused_filter_exit(runner: Runner, sandbox: Sandbox, left: str) -> None:
    """As it does a record that is still there."""
    refuse(sandbox, left, 2)
    assert counts(runner.run())["leads"] == {"rejected": 1}
    replay = RunRequest(mode=Mode.REPLAY, mappings=("leads",))
    again = runner.run(replay)["leads"]
    assert (again.outcomes, again.notes["rejected_again"]) == ({"rejected": 1}, 1)
    assert counts(runner.run(replay)) == {"leads": {"removed": 1}}
    assert runner.ledger.rejects.read("default", "leads") == []


def test_the_reject_of_a_record_that_has_left_is_closed(runner: Runner, sandbox: Sandbox, before_now: datetime) -> None:
    """Its object was kept at the filter, so nothing is left to be done."""
    runner.run()
    lead = alive(sandbox, "Lead")[0]["Id"]
    sandbox.salesforce.records.update("Lead", lead, {"Company": "Jiná"}, at=before_now)
    sandbox.daktela.script.order("internal_error", method="PUT", endpoint="contacts", name=f"sf_lead_{lead}", times=9)
    assert counts(runner.run())["leads"] == {"rejected": 1}
    sandbox.salesforce.records.update("Lead", lead, {"IsConverted": True}, at=before_now)
    only = RunRequest(mode=Mode.RECORDS, ids=(lead,), mappings=("leads",))
    assert counts(runner.run(only)) == {"leads": {"kept": 1}}
    assert runner.ledger.rejects.read("default", "leads") == []


def test_a_child_that_leaves_the_filter_waits_no_longer(runner: Runner, sandbox: Sandbox, before_now: datetime) -> None:
    """It was never loaded, so nothing departs; its parent's arrival brings the others."""
    rewrite(runner.folder / "contacts.yaml", "daktela: contacts\n", "daktela: contacts\nwhere: 'DoNotCall = false'\n")
    contacts = RunRequest(mappings=("contacts",))
    waiting = runner.run(contacts)["contacts"].waiting
    first, second = sorted({each.id for each in runner.ledger.parking.read("default", "contacts")})[:2]
    sandbox.salesforce.records.update("Contact", first, {"DoNotCall": True}, at=before_now)
    report = runner.run(contacts)["contacts"]
    assert (report.waiting, report.outcomes.get("kept", 0)) == (waiting - 1, 0)
    assert runner.ledger.parking.read("default", "contacts", first) == []
    assert runner.ledger.parking.read("default", "contacts", second) != []
    sandbox.salesforce.records.update("Contact", first, {"DoNotCall": False}, at=before_now)
    assert runner.run(contacts)["contacts"].waiting == waiting
