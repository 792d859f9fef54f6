"""Daktela never answers to the write of one record, or to none, or a firewall refuses it: whose fault it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from salesforce_daktela.errors import ConfigurationError, TransportError
from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.testing import Sandbox
from tests.scenarios.scenario_runner import Runner, rewrite, set_clock
from tests.scenarios.test_missing_objects import ACCOUNTS, change, name

ALWAYS = 10_000


def codes(runner: Runner) -> dict[str, str]:
    return {reject.id: reject.code for reject in runner.ledger.rejects.read("default", "accounts")}


def edit(sandbox: Sandbox, ids: list[str], text: str) -> None:
    for id_ in ids:
        at = datetime.now(UTC) - timedelta(seconds=30)
        sandbox.salesforce.records.update("Account", id_, {"Name": text, "Description": f"{text}\n\n\n."}, at=at)


@pytest.fixture
def loaded(runner: Runner, sandbox: Sandbox, before_now: datetime) -> list[str]:
    """Three accounts, changed since everything was loaded."""
    rewrite(runner.folder / "accounts.yaml", "reject_above: 1%", "reject_above: 100%")
    runner.run()
    return change(runner, sandbox, 3, before_now)


@pytest.mark.parametrize("fault", ["reset_after", "server_error"])
def test_one_record_that_never_gets_an_answer_ends_as_a_reject_and_lets_the_others_go_on(
    runner: Runner, sandbox: Sandbox, loaded: list[str], fault: str
) -> None:
    """After three tries between which others were taken; the tries of one outage are one. Then it is tried as rejects
    are, and closed when Daktela answers.
    """
    mute, other, _ = loaded
    sandbox.daktela.switch(text_stored="collapsed")  # so that what was stored does not show that it was done
    edit(sandbox, [mute], "Bez odpovědi")
    sandbox.daktela.script.order(fault, method="PUT", endpoint="accounts", name=name(mute), times=ALWAYS)
    before = runner.ledger.watermarks.read("default", "accounts")
    for _ in range(3):
        with pytest.raises(TransportError, match="did not take 1 records"):
            runner.run(ACCOUNTS)
    edit(sandbox, [other], "Jiná")
    with pytest.raises(TransportError):
        runner.run(ACCOUNTS)
    assert codes(runner) == {}
    assert runner.ledger.watermarks.read("default", "accounts") == before
    edit(sandbox, [other], "Ještě jiná")
    report = runner.run(ACCOUNTS)["accounts"]
    assert codes(runner) == {mute: "daktela_unanswered"}
    assert report.failure == ""
    assert runner.ledger.watermarks.read("default", "accounts") != before
    set_clock(runner, sandbox, 1_000.0)
    assert runner.run(ACCOUNTS)["accounts"].outcomes["rejected"] == 1
    sandbox.daktela.script.clear()
    replay = RunRequest(mode=Mode.REPLAY, mappings=("accounts",), ids=(mute,))
    assert runner.run(replay)["accounts"].outcomes["updated"] == 1
    assert codes(runner) == {}


@pytest.mark.usefixtures("loaded")
def test_an_instance_that_answers_to_no_write_rejects_nobody_however_often_it_is_tried(
    runner: Runner, sandbox: Sandbox
) -> None:
    """Three records are few enough to be at fault; no other write shows that Daktela is there."""
    sandbox.daktela.switch(reset_before=1.0, faults_on="writes")
    for _ in range(5):
        with pytest.raises(TransportError, match="did not take 3 records"):
            runner.run(ACCOUNTS)
    assert codes(runner) == {}
    sandbox.daktela.switch(reset_before=0.0)
    assert runner.run(ACCOUNTS)["accounts"].outcomes["updated"] == 3


def test_a_record_that_is_answered_in_between_begins_anew(runner: Runner, sandbox: Sandbox, loaded: list[str]) -> None:
    """Bad luck on some days is no fault of the record."""
    unlucky, other, _ = loaded
    for number in range(4):
        edit(sandbox, [unlucky, other], f"Den {number}")
        sandbox.daktela.script.order("reset_before", method="PUT", name=name(unlucky), times=ALWAYS)
        with pytest.raises(TransportError):
            runner.run(ACCOUNTS)
        sandbox.daktela.script.clear()
        runner.run(ACCOUNTS)
    assert codes(runner) == {}


def test_a_departure_that_never_gets_an_answer_ends_as_a_reject(
    runner: Runner, sandbox: Sandbox, loaded: list[str]
) -> None:
    """It would stop every departure behind it."""
    rewrite(runner.folder / "accounts.yaml", "on_delete: keep", "on_delete: delete")
    mute, behind, other = loaded
    runner.run(ACCOUNTS)
    sandbox.daktela.script.order("reset_before", method="DELETE", endpoint="accounts", name=name(mute), times=ALWAYS)
    for id_ in (mute, behind):
        sandbox.salesforce.records.delete("Account", id_)
    set_clock(runner, sandbox, 1_000.0)
    for number in range(2):
        edit(sandbox, [other], f"Jiná {number}")
        with pytest.raises(TransportError, match="no reply"):
            runner.run(ACCOUNTS)
    edit(sandbox, [other], "Jiná")
    runner.run(ACCOUNTS)
    assert codes(runner) == {mute: "daktela_unanswered"}
    assert sandbox.daktela.get("accounts", name(behind)) is None


def test_a_create_that_never_gets_an_answer_ends_as_a_reject(
    runner: Runner, sandbox: Sandbox, loaded: list[str], before_now: datetime
) -> None:
    """Daktela may have it or not: the next try looks it up first."""
    other = loaded[0]
    made = sandbox.salesforce.records.create("Account", {"Name": "Nová"}, at=before_now)
    for number in range(3):
        sandbox.daktela.script.clear()
        sandbox.daktela.script.order("reset_before", method="POST", endpoint="accounts", times=ALWAYS)
        edit(sandbox, [other], f"Jiná {number}")
        if number < 2:
            with pytest.raises(TransportError):
                runner.run(ACCOUNTS)
    assert runner.run(ACCOUNTS)["accounts"].outcomes["rejected"] == 1
    assert codes(runner) == {made: "daktela_unanswered"}


def test_a_record_that_a_firewall_refuses_is_a_reject_and_stops_nobody(
    runner: Runner, sandbox: Sandbox, loaded: list[str]
) -> None:
    """It is tried again as rejects are, also when it is the only one."""
    blocked = loaded[0]
    sandbox.daktela.script.order("blocked", method="PUT", endpoint="accounts", name=name(blocked), times=ALWAYS)
    report = runner.run(ACCOUNTS)["accounts"]
    assert (report.outcomes["rejected"], report.outcomes["updated"]) == (1, 2)
    assert codes(runner) == {blocked: "daktela_blocked"}
    set_clock(runner, sandbox, 1_000.0)
    assert runner.run(ACCOUNTS)["accounts"].outcomes["rejected"] == 1


@pytest.mark.usefixtures("loaded")
def test_a_firewall_that_refuses_every_write_stops_the_run(runner: Runner, sandbox: Sandbox) -> None:
    """Nothing shows that Daktela would take any."""
    sandbox.daktela.switch(blocked=1.0)
    with pytest.raises(ConfigurationError, match="a program before Daktela refused 3 records"):
        runner.run(ACCOUNTS)
    assert codes(runner) == {}
