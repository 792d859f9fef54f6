"""A lead that was converted into a contact with an object of its own: Daktela merges the two where somebody agrees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.ledger.records.conversions import Conversions
from salesforce_daktela.ledger.records.entries import RecordState
from salesforce_daktela.steps.plan.planner import MappingPlan
from salesforce_daktela.sync.request import Mode, RunRequest
from salesforce_daktela.sync.run_report import RunReport
from sandbox.salesforce.conversion import convert
from sandbox.testing import Sandbox
from tests.scenarios.reconciling import NOTHING, counts_of, reconcile
from tests.scenarios.scenario_runner import Runner, counts, rewrite

Converted = tuple[str, str]
"""The Ids of a lead and of its contact."""


@pytest.fixture
def asking(runner: Runner) -> list[MappingPlan]:
    """The plans that somebody was asked about; everybody agrees."""
    asked: list[MappingPlan] = []
    rewrite(runner.folder / "leads.yaml", "fields:", "on_both: merge\nfields:")

    def agree(plan: MappingPlan) -> bool:
        asked.append(plan)
        return True

    runner.agrees = agree
    return asked


@pytest.fixture
def pair(runner: Runner, asking: list[MappingPlan], sandbox: Sandbox, before_now: datetime) -> Converted:
    """Both were loaded; then the lead was converted into the contact."""
    runner.run()
    asking.clear()
    return _convert(runner, sandbox, before_now)


def _convert(runner: Runner, sandbox: Sandbox, at: datetime, skip: int = 0) -> Converted:
    ledger, records = runner.ledger.records, sandbox.salesforce.records
    leads = [row["Id"] for row in records.read("Lead") if not row["IsConverted"]]
    contacts = [row["Id"] for row in records.read("Contact")]
    known = {**ledger.read("default", "leads", leads), **ledger.read("default", "contacts", contacts)}
    own = [id_ for id_, entry in known.items() if entry.state is RecordState.LIVE and not entry.adopted]
    lead = [id_ for id_ in own if id_ in leads][skip]
    contact = next(id_ for id_ in own if id_ in contacts)
    convert(records, lead, contact=contact, at=at)
    return lead, contact


def _names(sandbox: Sandbox, pair: Converted) -> list[str]:
    """Those of the two objects that are there."""
    both = (f"sf_lead_{pair[0]}", f"sf_contact_{pair[1]}")
    return [name for name in both if sandbox.daktela.get("contacts", name) is not None]


def _state(runner: Runner, lead: str) -> RecordState:
    return runner.ledger.records.read("default", "leads", [lead])[lead].state


@pytest.mark.parametrize("keeps", ["first", "last"])
def test_two_objects_become_one_and_the_contact_carries_it_on(
    runner: Runner, sandbox: Sandbox, pair: Converted, asking: list[MappingPlan], keeps: str
) -> None:
    """Whichever of the two Daktela keeps. The plan names the pair."""
    sandbox.daktela.switch(merge_keeps=keeps)
    report = runner.run()["leads"]
    assert report.outcomes == {"became": 1}
    assert report.notes["objects_merged"] == 1
    assert "1 objects were merged with those of their heirs" in report.summary()
    (plan,) = asking
    assert plan.reasons == ("1 pairs of objects would be merged in Daktela, which cannot be undone",)
    told = f"{pair[0]} (sf_lead_{pair[0]}) → {pair[1]} (sf_contact_{pair[1]})"
    assert plan.pairs() == [told]
    assert f"- {told}" in plan.table()
    (left,) = _names(sandbox, pair)
    assert left.startswith("sf_contact_" if keeps == "first" else "sf_lead_")
    assert runner.ledger.records.names("default", "contacts", [pair[1]]) == {pair[1]: left}
    assert runner.ledger.records.names("default", "leads", [pair[0]]) == {pair[0]: left}
    assert _state(runner, pair[0]) is RecordState.BECAME


def test_the_next_run_writes_what_the_merge_has_mixed(runner: Runner, sandbox: Sandbox, pair: Converted) -> None:
    """The values of the contact alone are left; after that nothing is to do."""
    runner.run()
    (left,) = _names(sandbox, pair)
    mixed = sandbox.daktela.get("contacts", left)
    assert counts(runner.run())["contacts"]["updated"] == 1
    mended = sandbox.daktela.get("contacts", left)
    assert mixed is not None
    assert mended is not None
    assert mended.custom["number"] != mixed.custom["number"]
    assert "updated" not in counts(runner.run())["contacts"]
    assert counts_of(reconcile(runner)) == NOTHING


def test_nothing_is_merged_unless_the_mapping_says_so(
    runner: Runner, sandbox: Sandbox, pair: Converted, asking: list[MappingPlan]
) -> None:
    rewrite(runner.folder / "leads.yaml", "on_both: merge\n", "on_both: keep\n")
    report = runner.run()["leads"]
    assert report.notes["converted_both"] == 1
    assert asking == []
    assert len(_names(sandbox, pair)) == 2


def test_nothing_is_merged_while_nobody_agrees(runner: Runner, sandbox: Sandbox, pair: Converted) -> None:
    """The next run asks again."""
    agrees, runner.agrees = runner.agrees, lambda _: False
    assert runner.run()["leads"].state == "declined"
    assert len(_names(sandbox, pair)) == 2
    runner.agrees = agrees
    runner.run()
    assert len(_names(sandbox, pair)) == 1


def test_a_plan_by_hand_tells_that_a_run_would_ask(runner: Runner, sandbox: Sandbox, pair: Converted) -> None:
    report = runner.run(RunRequest(mode=Mode.PLAN))["leads"]
    assert report.outcomes == {"became": 1}
    plan = runner.plans["leads"]
    assert plan.would_ask
    assert MappingPlan.from_dict(plan.to_dict()) == plan
    assert len(_names(sandbox, pair)) == 2


def test_a_pair_that_nobody_was_asked_about_waits_for_the_next_run(
    runner: Runner, sandbox: Sandbox, pair: Converted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has come up between the plan and the load."""
    with monkeypatch.context() as unseen:
        unseen.setattr(MappingPlan, "heirs", property(lambda _: {}))
        assert runner.run()["leads"].notes["converted_both"] == 1
    assert len(_names(sandbox, pair)) == 2
    assert runner.run()["leads"].notes["objects_merged"] == 1
    assert len(_names(sandbox, pair)) == 1


@pytest.mark.parametrize("answer", ["missing", "forbidden"])
def test_an_instance_without_the_call_keeps_both_and_the_report_says_why(
    runner: Runner, sandbox: Sandbox, before_now: datetime, pair: Converted, answer: str
) -> None:
    """It is asked once for all pairs."""
    other = _convert(runner, sandbox, before_now, skip=1)
    sandbox.daktela.switch(merge_endpoint=answer)
    report = runner.run()["leads"]
    assert report.outcomes == {"kept": 2}
    assert (report.notes["converted_both"], report.notes["merge_refused"]) == (2, 2)
    assert "Daktela does not merge 2 of them" in report.summary()
    (past,) = runner.ledger.outcomes.read("default", "leads", pair[0], 1)
    assert (past.outcome, past.code) == ("kept", "merge_refused")
    assert len(_names(sandbox, pair)) == len(_names(sandbox, other)) == 2
    assert sandbox.daktela.journal.calls["POST mergeContacts"] == 1


def _die_after_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = DaktelaClient.merge

    def died(*args: object) -> None:
        sent(*args)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(DaktelaClient, "merge", died)


def _die_before_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DaktelaClient, "merge", _killed)


def _die_before_the_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Conversions, "end_merge", _killed)


def _killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("keeps", ["first", "last"])
@pytest.mark.parametrize("die", [_die_before_the_call, _die_after_the_call, _die_before_the_ledger])
def test_a_process_that_dies_leaves_one_object_to_the_next(
    runner: Runner,
    sandbox: Sandbox,
    pair: Converted,
    monkeypatch: pytest.MonkeyPatch,
    die: Callable[[pytest.MonkeyPatch], None],
    keeps: str,
) -> None:
    """It finds what was begun, and the contact carries the object on."""
    sandbox.daktela.switch(merge_keeps=keeps)
    with monkeypatch.context() as deadly:
        die(deadly)
        with pytest.raises(KeyboardInterrupt):
            runner.run()
    assert runner.run()["leads"].outcomes == {"became": 1}
    (left,) = _names(sandbox, pair)
    assert runner.ledger.records.names("default", "contacts", [pair[1]]) == {pair[1]: left}
    assert _state(runner, pair[0]) is RecordState.BECAME
    runner.run()
    assert counts_of(reconcile(runner)) == NOTHING


@pytest.mark.parametrize(("die", "left"), [(_die_before_the_call, 2), (_die_after_the_call, 1)])
def test_what_was_begun_is_ended_or_let_be_when_the_mapping_says_keep_meanwhile(
    runner: Runner,
    sandbox: Sandbox,
    pair: Converted,
    monkeypatch: pytest.MonkeyPatch,
    die: Callable[[pytest.MonkeyPatch], None],
    left: int,
) -> None:
    """One object is one object; two stay two, and nobody is asked."""
    with monkeypatch.context() as deadly:
        die(deadly)
        with pytest.raises(KeyboardInterrupt):
            runner.run()
    rewrite(runner.folder / "leads.yaml", "on_both: merge\n", "on_both: keep\n")
    report = runner.run()["leads"]
    assert len(_names(sandbox, pair)) == left
    assert report.outcomes["became" if left == 1 else "kept"] >= 1
    entry = runner.ledger.records.read("default", "leads", [pair[0]])[pair[0]]
    assert entry.state is (RecordState.BECAME if left == 1 else RecordState.KEPT)
    assert runner.ledger.records.names("default", "contacts", [pair[1]])[pair[1]] in _names(sandbox, pair)


@pytest.mark.parametrize("fault", ["reset_after", "server_error_after", "without_result"])
def test_a_merge_of_unknown_fate_is_looked_up(runner: Runner, sandbox: Sandbox, pair: Converted, fault: str) -> None:
    sandbox.daktela.script.order(fault, method="POST", endpoint="mergeContacts")
    assert runner.run()["leads"].outcomes == {"became": 1}
    assert len(_names(sandbox, pair)) == 1
    assert sandbox.daktela.journal.calls["POST mergeContacts"] == 1


@pytest.mark.usefixtures("asking")
@pytest.mark.parametrize("moves", [True, False])
@pytest.mark.parametrize("keeps", ["first", "last"])
def test_children_follow_to_the_object_that_is_left(
    runner: Runner, sandbox: Sandbox, before_now: datetime, keeps: str, moves: bool
) -> None:
    """Whether Daktela moves them itself or not."""
    path, records = runner.folder / "opportunities.yaml", sandbox.salesforce.records
    rewrite(path, "fields:", "fields:\n  contact: {lookup: leads, from: NextStep, on_missing: drop}")
    leads = [row["Id"] for row in records.read("Lead") if not row["IsConverted"]]
    deals = [row["Id"] for row in records.read("Opportunity", limit=len(leads))]
    for lead, deal in zip(leads, deals, strict=False):
        records.update("Opportunity", deal, {"NextStep": lead}, at=before_now)
    runner.run()
    pair = _convert(runner, sandbox, before_now)
    deal = deals[leads.index(pair[0])]
    child = sandbox.daktela.get("crmRecords", f"sf_opportunity_{deal}")
    assert child is not None
    assert child.values["contact"] == f"sf_lead_{pair[0]}"
    sandbox.daktela.switch(merge_keeps=keeps, merge_moves_children=moves)
    runner.run()
    (left,) = _names(sandbox, pair)
    child = sandbox.daktela.get("crmRecords", f"sf_opportunity_{deal}")
    assert child is not None
    assert child.values["contact"] == left


def test_two_leads_of_one_contact_end_as_one_object(
    runner: Runner, sandbox: Sandbox, pair: Converted, before_now: datetime
) -> None:
    other = _convert(runner, sandbox, before_now, skip=1)
    assert other[1] == pair[1]
    report = runner.run()["leads"]
    assert report.notes["objects_merged"] == 2
    assert len({*_names(sandbox, pair), *_names(sandbox, other)}) == 1


def test_an_object_that_was_taken_away_in_daktela_is_gone(runner: Runner, sandbox: Sandbox, pair: Converted) -> None:
    """It is told as that, and the contact keeps its own."""
    sandbox.daktela.delete("contacts", f"sf_lead_{pair[0]}")
    assert runner.run()["leads"].outcomes == {"gone": 1}
    assert _names(sandbox, pair) == [f"sf_contact_{pair[1]}"]


def test_an_heir_s_object_that_was_taken_away_in_daktela_leaves_the_other_as_it_is(
    runner: Runner, sandbox: Sandbox, pair: Converted
) -> None:
    sandbox.daktela.delete("contacts", f"sf_contact_{pair[1]}")
    assert runner.run()["leads"].outcomes == {"kept": 1}
    assert _names(sandbox, pair) == [f"sf_lead_{pair[0]}"]
    entry = runner.ledger.records.read("default", "leads", [pair[0]])[pair[0]]
    assert (entry.state, entry.winner) == (RecordState.KEPT, None)


def test_pairs_of_before_are_merged_when_the_mapping_begins_to_say_so(
    runner: Runner, sandbox: Sandbox, pair: Converted, asking: list[MappingPlan]
) -> None:
    """The change makes the next run read all leads."""
    rewrite(runner.folder / "leads.yaml", "on_both: merge\n", "on_both: keep\n")
    runner.run()
    sandbox.salesforce.switch(clock_skew_seconds=1200.0)
    rewrite(runner.folder / "leads.yaml", "on_both: keep\n", "on_both: merge\n")
    report: RunReport = runner.run()["leads"]
    assert report.notes["objects_merged"] == 1
    assert len(asking) == 1
    assert len(_names(sandbox, pair)) == 1
