"""Daktela says that records are gone, or takes none at all: what is believed, and who is asked."""

from __future__ import annotations

from datetime import datetime

import pytest

from salesforce_daktela.errors import TransportError
from salesforce_daktela.ledger.records.entries import RecordState
from salesforce_daktela.steps.plan.planner import MappingPlan
from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.testing import Sandbox
from tests.scenarios.oracle import alive
from tests.scenarios.scenario_runner import Runner, rewrite, set_clock

MANY = 20
ACCOUNTS = RunRequest(mappings=("accounts",))


@pytest.fixture
def changed(runner: Runner, sandbox: Sandbox, before_now: datetime) -> list[str]:
    """Everything is loaded, and then many accounts change in Salesforce."""
    runner.run()
    return change(runner, sandbox, MANY, before_now)


def change(runner: Runner, sandbox: Sandbox, count: int, at: datetime) -> list[str]:
    entries = runner.ledger.records.read("default", "accounts", [row["Id"] for row in alive(sandbox, "Account")])
    ids = sorted(id_ for id_, entry in entries.items() if not entry.adopted)[:count]
    assert len(ids) == count
    for id_ in ids:
        sandbox.salesforce.records.update("Account", id_, {"Name": f"Nová {id_[-6:]}"}, at=at)
    return ids


def states(runner: Runner, ids: list[str]) -> set[RecordState]:
    return {entry.state for entry in runner.ledger.records.read("default", "accounts", ids).values()}


def name(id_: str) -> str:
    return f"sf_account_{id_}"


@pytest.mark.parametrize("reply", ["empty", "refused"])
def test_what_was_removed_in_daktela_is_gone_and_departs_however_daktela_says_so(
    runner: Runner, sandbox: Sandbox, changed: list[str], reply: str
) -> None:
    """Some instances refuse what they do not have, as they refuse a wrong value."""
    rewrite(runner.folder / "accounts.yaml", "on_delete: keep", "on_delete: delete")
    sandbox.daktela.switch(missing_object=reply)
    for id_ in changed[:2]:
        sandbox.daktela.delete("accounts", name(id_))
    sandbox.salesforce.records.delete("Account", changed[0])
    these = RunRequest(mode=Mode.RECORDS, ids=tuple(changed[:2]), mappings=("accounts",))
    assert runner.run(these)["accounts"].outcomes == {"gone": 1, "removed": 1}


def test_a_wrong_path_makes_nobody_gone(runner: Runner, sandbox: Sandbox, changed: list[str]) -> None:
    """An empty 404 to every write, while the listing shows the records: the task fails, and its retry goes on."""
    before = runner.ledger.watermarks.read("default", "accounts")
    sandbox.daktela.switch(not_found=1.0, faults_on="writes")
    with pytest.raises(TransportError, match=f"says of {MANY} records that they do not exist, and lists them"):
        runner.run(ACCOUNTS)
    assert states(runner, changed) == {RecordState.LIVE}
    assert runner.ledger.watermarks.read("default", "accounts") == before
    sandbox.daktela.switch(not_found=0.0)
    assert runner.run(ACCOUNTS)["accounts"].outcomes["updated"] == MANY


def test_a_proxy_that_knows_nobody_makes_nobody_gone(runner: Runner, sandbox: Sandbox, changed: list[str]) -> None:
    """Where the listing fails too, nothing is known."""
    sandbox.daktela.script.order("not_found", method="PUT", endpoint="accounts", times=1_000)
    sandbox.daktela.script.order("server_error", method="GET", endpoint="accounts", skip=1, times=1_000)
    with pytest.raises(TransportError):
        runner.run(ACCOUNTS)
    assert states(runner, changed) == {RecordState.LIVE}


def test_a_record_that_is_listed_and_said_to_be_missing_is_its_own_reject(
    runner: Runner, sandbox: Sandbox, changed: list[str]
) -> None:
    """The others of its part are written."""
    sandbox.daktela.script.order("not_found", method="PUT", endpoint="accounts", name=name(changed[0]))
    assert runner.run(ACCOUNTS)["accounts"].outcomes["updated"] == MANY - 1
    assert runner.ledger.rejects.codes("default", "accounts", changed) == {changed[0]: "daktela_contradicts"}
    assert states(runner, changed) == {RecordState.LIVE}


def test_a_few_that_were_taken_away_are_gone_and_told(runner: Runner, sandbox: Sandbox, changed: list[str]) -> None:
    """Somebody deleted them in Daktela on purpose."""
    for id_ in changed[:4]:
        sandbox.daktela.delete("accounts", name(id_))
    report = runner.run(ACCOUNTS)["accounts"]
    assert (report.outcomes["gone"], report.failure) == (4, "")
    assert "4 gone" in report.summary()
    assert "the gone ones were removed in Daktela and stay removed" in report.summary()
    assert states(runner, changed[:4]) == {RecordState.GONE}


@pytest.mark.parametrize("agreed", [True, False])
def test_more_than_max_removals_are_asked_about(
    runner: Runner, sandbox: Sandbox, changed: list[str], agreed: bool
) -> None:
    """A backup from before was restored: the run is red and gives nobody up, the next one asks what to do."""
    rewrite(runner.folder / "accounts.yaml", "on_delete: keep", "on_delete: keep\nmax_removals: 5")
    erased = changed[:7]
    for id_ in erased:
        sandbox.daktela.erase("accounts", name(id_))
    report = runner.run(ACCOUNTS)["accounts"]
    assert report.failure.startswith("7 records that were loaded are no longer in Daktela, more than max_removals")
    assert (report.outcomes["rejected"], report.outcomes["updated"]) == (7, MANY - 7)
    assert states(runner, erased) == {RecordState.LIVE}
    asked: list[MappingPlan] = []

    def answer(plan: MappingPlan) -> bool:
        asked.append(plan)
        return agreed

    runner.agrees = answer
    set_clock(runner, sandbox, 1_000.0)
    after = runner.run(ACCOUNTS)["accounts"]
    assert [plan.reasons[0].partition(":")[0] for plan in asked] == [
        "7 records that were loaded are no longer in Daktela"
    ]
    assert after.failure == ""
    assert states(runner, erased) == {RecordState.GONE if agreed else RecordState.LIVE}
    assert after.outcomes.get("gone", 0) == (7 if agreed else 0)


@pytest.mark.usefixtures("changed")
def test_an_instance_that_takes_nothing_is_an_outage(runner: Runner, sandbox: Sandbox) -> None:
    """A server's error to every write: no record is at fault, the watermark stays, and the next run brings all."""
    before = runner.ledger.watermarks.read("default", "accounts")
    sandbox.daktela.switch(internal_error=1.0, faults_on="writes")
    with pytest.raises(TransportError, match=f"did not take {MANY} records"):
        runner.run(ACCOUNTS)
    assert runner.ledger.rejects.read("default", "accounts") == []
    assert runner.ledger.watermarks.read("default", "accounts") == before
    sandbox.daktela.switch(internal_error=0.0)
    assert runner.run(ACCOUNTS)["accounts"].outcomes["updated"] == MANY


def test_records_that_daktela_stumbles_over_are_rejects(runner: Runner, sandbox: Sandbox, changed: list[str]) -> None:
    """A few of many; tried again alone they are rejects again, not an outage."""
    for id_ in changed[:2]:
        sandbox.daktela.script.order("internal_error", method="PUT", endpoint="accounts", name=name(id_), times=9)
    report = runner.run(ACCOUNTS)["accounts"]
    assert (report.outcomes["rejected"], report.outcomes["updated"]) == (2, MANY - 2)
    set_clock(runner, sandbox, 1_000.0)
    assert runner.run(ACCOUNTS)["accounts"].outcomes["rejected"] == 2


@pytest.mark.usefixtures("changed")
def test_a_short_outage_in_a_part_rejects_nobody(runner: Runner, sandbox: Sandbox) -> None:
    """What failed is sent once more when others have been taken after it."""
    sandbox.daktela.script.order("internal_error", method="PUT", endpoint="accounts", times=12)
    assert runner.run(ACCOUNTS)["accounts"].outcomes["updated"] == MANY


@pytest.mark.parametrize("policy", ["delete", "mark"])
def test_a_departure_is_not_believed_to_be_done_while_the_record_is_listed(
    runner: Runner, sandbox: Sandbox, policy: str
) -> None:
    """An empty 404 to a deletion or to the look before a mark: tried again later, and done then."""
    mark = "\nmark: {customFields.note: gone}" if policy == "mark" else ""
    rewrite(runner.folder / "accounts.yaml", "on_delete: keep", f"on_delete: {policy}{mark}")
    runner.run()
    (gone,) = change(runner, sandbox, 1, datetime.now().astimezone())
    sandbox.salesforce.records.delete("Account", gone)
    sandbox.daktela.script.order("not_found", endpoint="accounts", name=name(gone))
    only = RunRequest(mode=Mode.RECORDS, ids=(gone,), mappings=("accounts",))
    assert runner.run(only)["accounts"].outcomes == {"rejected": 1}
    assert states(runner, [gone]) == {RecordState.LIVE}
    assert runner.run(only)["accounts"].outcomes == {"removed": 1}


@pytest.mark.parametrize("policy", ["keep", "mark", "delete"])
def test_what_daktela_lists_as_deleted_is_gone(
    runner: Runner, sandbox: Sandbox, changed: list[str], policy: str
) -> None:
    """Some instances hide deleted records from people alone: a write to one succeeds, and nobody sees it."""
    marked = f'on_delete: {policy}\nmark: {{customFields.note: "pryč"}}' if policy == "mark" else f"on_delete: {policy}"
    rewrite(runner.folder / "accounts.yaml", "on_delete: keep", marked)
    sandbox.daktela.switch(deleted_shown=True)
    for id_ in changed[:5]:
        sandbox.daktela.delete("accounts", name(id_))
    sandbox.salesforce.records.delete("Account", changed[0])
    these = RunRequest(mode=Mode.RECORDS, ids=tuple(changed), mappings=("accounts",))
    report = runner.run(these)["accounts"]
    departed = {"keep": {"gone": 4, "kept": 1}, "mark": {"gone": 5}, "delete": {"gone": 4, "removed": 1}}[policy]
    assert (dict(report.outcomes), report.failure) == ({"updated": MANY - 5, **departed}, "")
    assert states(runner, changed[1:5]) == {RecordState.GONE}


def test_a_wrong_path_makes_nobody_gone_where_deleted_records_are_listed(
    runner: Runner, sandbox: Sandbox, changed: list[str]
) -> None:
    """They are listed, and not as deleted."""
    sandbox.daktela.switch(deleted_shown=True, not_found=1.0, faults_on="writes")
    with pytest.raises(TransportError, match=f"says of {MANY} records that they do not exist, and lists them"):
        runner.run(ACCOUNTS)
    assert states(runner, changed) == {RecordState.LIVE}


def test_what_was_merged_in_daktela_is_gone_where_its_name_leads_to_the_other(
    runner: Runner, sandbox: Sandbox, changed: list[str]
) -> None:
    """The reply to the update shows another record, and no listing has this one: the run is not red for ever."""
    sandbox.daktela.switch(merged_name="survivor")
    sandbox.daktela.merge("accounts", name(changed[1]), name(changed[0]))
    report = runner.run(ACCOUNTS)["accounts"]
    assert (report.outcomes["gone"], report.outcomes["updated"], report.failure) == (1, MANY - 1, "")
    assert states(runner, changed[:1]) == {RecordState.GONE}
