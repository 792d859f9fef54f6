"""Dial lists: nobody is called again, whatever was lost, died, answered late or was edited by others."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from salesforce_daktela.ledger.records.accepted import AcceptedRecords
from salesforce_daktela.ledger.records.entries import RecordEntry
from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.daktela.dialler import finish
from sandbox.testing import Sandbox
from tests.scenarios.dial_list import calls, change, finish_if_ready, held, later, member, new_member, owned, ready
from tests.scenarios.reconciling import counts_of, reconcile
from tests.scenarios.scenario_runner import Runner, counts, rewrite


def test_a_lost_ledger_calls_nobody_again(lists: Runner, sandbox: Sandbox) -> None:
    """The records are found by name, and get what the mapping says beside the dialler's fields."""
    records = calls(sandbox)
    for each in records[::2]:
        finish(sandbox.daktela, each.name)
    before = {each.name: owned(each) for each in calls(sandbox)}
    for each in records:
        lists.ledger.erasure.forget("dial_lists", member(each))
    report = later(lists, sandbox, RunRequest(mode=Mode.FULL))["calls"]
    assert report.outcomes == {"updated": report.extracted}
    assert {each.name: owned(each) for each in calls(sandbox)} == before


@pytest.mark.parametrize("fault", ["reset_after", "server_error_after", "without_result"])
def test_a_create_without_an_answer_is_looked_up_and_not_armed_again(
    lists: Runner, sandbox: Sandbox, fault: str
) -> None:
    """Daktela made the record and the dialler was through with it before anybody asked."""
    sandbox.daktela.switch(post_existing="overwrites")
    id_ = new_member(sandbox)
    lists.daktela.sleep = lambda _: finish_if_ready(sandbox, f"sf_call_{id_}")
    sandbox.daktela.script.order(fault, method="POST", endpoint="campaignsRecords")
    assert counts(later(lists, sandbox))["calls"] == {"created": 1}
    record = sandbox.daktela.get("campaignsRecords", f"sf_call_{id_}")
    assert record is not None
    finish_if_ready(sandbox, record.name)
    later(lists, sandbox, RunRequest(mode=Mode.FULL))
    assert str(held(sandbox, record).values["action"]) == "5"


def test_a_process_that_dies_between_the_write_and_the_ledger_is_followed_by_one_that_looks(
    lists: Runner, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record was created and called before the next process came."""
    id_ = new_member(sandbox)
    with monkeypatch.context() as dying:
        dying.setattr(AcceptedRecords, "accept", _dies)
        with pytest.raises(Killed):
            later(lists, sandbox, RunRequest(mode=Mode.RECORDS, ids=(id_,), mappings=("calls",)))
    before = finish(sandbox.daktela, f"sf_call_{id_}")
    assert counts(later(lists, sandbox, RunRequest(mode=Mode.FULL)))["calls"]["created"] == 1
    assert owned(held(sandbox, before)) == owned(before)


def test_an_instance_whose_put_replaces_costs_one_record_and_calls_nobody_again(
    lists: Runner, sandbox: Sandbox
) -> None:
    """The first change shows it. Records that may be called are left alone from then on, finished ones are changed."""
    sandbox.daktela.switch(put_mode="replacing")
    first, second, third = calls(sandbox)[:3]
    done = finish(sandbox.daktela, third.name)
    for each in (first, second, third):
        change(sandbox, member(each))
    report = later(lists, sandbox)["calls"]
    assert report.outcomes == {"rejected": 1, "kept": 1, "updated": 1}
    assert (report.notes["list_emptied"], report.notes["list_replaces"]) == (1, 1)
    assert owned(held(sandbox, third)) == owned(done)
    assert sorted(str(held(sandbox, each).values["action"]) for each in (first, second)) == ["0", "1"]
    change(sandbox, member(calls(sandbox)[4]))
    again = later(lists, sandbox, RunRequest(mode=Mode.RECORDS, ids=(member(calls(sandbox)[4]),), mappings=("calls",)))[
        "calls"
    ]
    assert again.outcomes == {"kept": 1}


def test_what_an_instance_whose_put_replaces_cannot_take_yet_is_done_once_the_record_is_through(
    lists: Runner, sandbox: Sandbox
) -> None:
    """A change and a mark. The record that was emptied stays a reject until somebody has put it back."""
    rewrite(lists.folder / "calls.yaml", "mark: {action: 5}", "mark: {customFields.member_status: left}")
    lists.run()
    sandbox.daktela.switch(put_mode="replacing")
    emptied, changed, marked = calls(sandbox)[:3]
    change(sandbox, member(emptied))
    later(lists, sandbox, RunRequest(mode=Mode.RECORDS, ids=(member(emptied),), mappings=("calls",)))
    change(sandbox, member(changed))
    sandbox.salesforce.records.delete("CampaignMember", member(marked))
    report = later(lists, sandbox)["calls"]
    assert (report.notes["list_emptied"], report.notes["list_replaces"]) == (1, 2)
    for each in (changed, marked):
        finish(sandbox.daktela, each.name)
    sandbox.salesforce.switch(clock_skew_seconds=3_000.0)
    later(lists, sandbox)
    assert held(sandbox, changed).custom["member_status"] == ["Responded"]
    assert held(sandbox, marked).custom["member_status"] == ["left"]
    codes = lists.ledger.rejects.codes
    assert codes("dial_lists", "calls", [member(emptied)]) == {member(emptied): "list_emptied"}
    lists.daktela.update("campaignsRecords", emptied.name, {**emptied.values, "action": "1"})
    replay = later(lists, sandbox, RunRequest(mode=Mode.REPLAY, mappings=("calls",)))["calls"]
    assert (replay.outcomes, replay.notes["list_replaces"]) == ({"kept": 1}, 1)
    assert codes("dial_lists", "calls", [member(emptied)]) == {}
    assert lists.ledger.rereads.read("dial_lists", "calls") == [member(emptied)]


def test_a_record_that_somebody_deleted_in_daktela_is_not_put_on_the_list_again(
    lists: Runner, sandbox: Sandbox
) -> None:
    """Who took it off the list meant it."""
    record = ready(sandbox)
    sandbox.daktela.delete("campaignsRecords", record.name)
    change(sandbox, member(record))
    assert counts(later(lists, sandbox))["calls"] == {"gone": 1}
    assert sandbox.daktela.get("campaignsRecords", record.name) is None


def test_a_repair_puts_right_what_somebody_edited_and_calls_nobody_again(lists: Runner, sandbox: Sandbox) -> None:
    """Also where the record was through; the dialler's fields are no findings."""
    record = ready(sandbox)
    before = finish(sandbox.daktela, record.name)
    assert counts_of(reconcile(lists, "calls")) == {"calls": {}}
    sandbox.daktela.edit("campaignsRecords", record.name, {}, {"customer": ["Somebody else"]})
    assert counts_of(reconcile(lists, "calls", repair=True)) == {"calls": {"different": 1}}
    assert held(sandbox, record).custom["customer"] == record.custom["customer"]
    assert owned(held(sandbox, record)) == owned(before)


class Killed(BaseException):
    """The end of a process, which nothing in it can catch."""


def _dies(_: AcceptedRecords, _sync: str, _mapping: str, entries: Sequence[RecordEntry], _run: str = "") -> None:
    if entries:
        raise Killed
