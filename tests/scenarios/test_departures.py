"""Five ways in which a record leaves, and the ways back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from salesforce_daktela.errors import TransportError
from salesforce_daktela.steps.preflight.preflight import preflight
from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.daktela.store import Record
from sandbox.testing import Sandbox
from tests.scenarios.oracle import alive
from tests.scenarios.scenario_runner import Runner, counts, rewrite, set_clock


@pytest.mark.parametrize(("policy", "left"), [("keep", True), ("delete", False), ("mark", True)])
def test_children_of_a_merged_account_belong_to_the_winner_before_the_loser_goes(
    runner: Runner, sandbox: Sandbox, policy: str, left: bool
) -> None:
    """Although the child is not read again: Daktela is asked who refers to the loser."""
    _policy(runner, "accounts", policy)
    runner.run()
    loser, child = _parent_and_child(runner, sandbox)
    winner = next(id_ for id_ in _loaded(runner, sandbox, "accounts", "Account") if id_ != loser)
    sandbox.salesforce.records.merge("Account", winner, [loser])
    assert counts(runner.run(RunRequest(mode=Mode.RECORDS, ids=(loser,), mappings=("accounts",))))["accounts"] in (
        {"kept": 1},
        {"removed": 1},
    )
    assert _held(sandbox, child).values["account"] == f"sf_account_{winner}"
    assert (sandbox.daktela.get("accounts", f"sf_account_{loser}") is not None) == left
    assert runner.ledger.records.names("default", "accounts", [loser]) == {loser: f"sf_account_{winner}"}


def test_a_merge_waits_for_a_winner_that_comes_in_the_next_run(runner: Runner, sandbox: Sandbox) -> None:
    """Handled at once, the loser's children would refer to nothing; so the loser is read again, although unchanged."""
    _policy(runner, "accounts", "delete")
    runner.run()
    loser, child = _parent_and_child(runner, sandbox)
    winner = sandbox.salesforce.records.create("Account", {"Name": "Nová firma"})
    sandbox.salesforce.records.merge("Account", winner, [loser])
    only = RunRequest(mode=Mode.RECORDS, ids=(loser,), mappings=("accounts",))
    assert counts(runner.run(only)) == {"accounts": {"kept": 1}}
    assert sandbox.daktela.get("accounts", f"sf_account_{loser}") is not None
    assert counts(runner.run(RunRequest(mode=Mode.RECORDS, ids=(winner,), mappings=("accounts",))))["accounts"]
    assert runner.ledger.rereads.read("default", "accounts") == [loser]
    sandbox.salesforce.records.hard_delete("Account", loser)
    sandbox.salesforce.switch(clock_skew_seconds=60.0)  # a reading within the second of the asking is no later one
    assert counts(runner.run())["accounts"]["removed"] == 1
    assert sandbox.daktela.get("accounts", f"sf_account_{loser}") is None
    assert _held(sandbox, child).values["account"] == f"sf_account_{winner}"
    assert runner.ledger.rereads.read("default", "accounts") == []


def test_a_run_that_fails_leaves_what_was_to_be_read_again(runner: Runner, sandbox: Sandbox) -> None:
    """Nobody clears its tasks; the next run still handles the loser of the merge."""
    _policy(runner, "accounts", "delete")
    runner.run()
    loser, _ = _parent_and_child(runner, sandbox)
    winner = sandbox.salesforce.records.create("Account", {"Name": "Nová firma"})
    sandbox.salesforce.records.merge("Account", winner, [loser])
    runner.run(RunRequest(mode=Mode.RECORDS, ids=(loser,), mappings=("accounts",)))
    runner.run(RunRequest(mode=Mode.RECORDS, ids=(winner,), mappings=("accounts",)))
    sandbox.salesforce.switch(clock_skew_seconds=3600.0)
    sandbox.daktela.script.order("server_error", method="DELETE", times=1000)
    with pytest.raises(TransportError):
        runner.run(RunRequest(mappings=("accounts",)))
    sandbox.daktela.script.clear()
    assert runner.ledger.rereads.read("default", "accounts") == [loser]
    runner.run(RunRequest(mappings=("accounts",)))
    assert sandbox.daktela.get("accounts", f"sf_account_{loser}") is None


@pytest.mark.parametrize("children", [1, 3])
def test_a_merge_whose_loser_is_gone_in_daktela_finds_no_children(
    runner: Runner, sandbox: Sandbox, children: int
) -> None:
    """References to what was deleted there are found and read as null: that is no server that ignores filters."""
    runner.run()
    loser, winner = _loaded(runner, sandbox, "accounts", "Account")[:2]
    for id_ in _loaded(runner, sandbox, "contacts", "Contact")[:children]:
        sandbox.daktela.edit("contacts", f"sf_contact_{id_}", {"account": f"sf_account_{loser}"})
    sandbox.daktela.delete("accounts", f"sf_account_{loser}")
    sandbox.salesforce.records.merge("Account", winner, [loser])
    report = runner.run(RunRequest(mode=Mode.RECORDS, ids=(loser,), mappings=("accounts",)))["accounts"]
    assert report.outcomes == {"kept": 1}


@pytest.mark.parametrize("act", ["delete", "erase"])
def test_a_merge_whose_winner_was_taken_away_in_daktela_is_handled_without_it(
    runner: Runner, sandbox: Sandbox, act: str
) -> None:
    """Children cannot refer to it; the loser waits for one run, as for a winner that was never loaded, and goes."""
    _policy(runner, "accounts", "delete")
    runner.run()
    loser, child = _parent_and_child(runner, sandbox)
    winner = next(id_ for id_ in _loaded(runner, sandbox, "accounts", "Account") if id_ != loser)
    getattr(sandbox.daktela, act)("accounts", f"sf_account_{winner}")
    sandbox.salesforce.records.merge("Account", winner, [loser])
    only = RunRequest(mode=Mode.RECORDS, ids=(loser,), mappings=("accounts",))
    assert counts(runner.run(only)) == {"accounts": {"kept": 1}}
    assert _held(sandbox, child).values["account"] == f"sf_account_{loser}"
    assert counts(runner.run(only)) == {"accounts": {"removed": 1}}
    assert sandbox.daktela.get("accounts", f"sf_account_{loser}") is None


def test_a_merge_in_one_window_is_right_after_one_run(runner: Runner, sandbox: Sandbox) -> None:
    """A winner made in the same window is written before the loser is handled."""
    _policy(runner, "accounts", "delete")
    runner.run()
    loser, child = _parent_and_child(runner, sandbox)
    sandbox.salesforce.switch(clock_skew_seconds=-60.0)
    winner = sandbox.salesforce.records.create("Account", {"Name": "Nová firma"})
    sandbox.salesforce.records.merge("Account", winner, [loser])
    sandbox.salesforce.switch(clock_skew_seconds=0.0)
    runner.run()
    assert sandbox.daktela.get("accounts", f"sf_account_{loser}") is None
    assert _held(sandbox, child).values["account"] == f"sf_account_{winner}"
    assert runner.reports[-4].notes["repointed"] >= 1


@pytest.mark.parametrize("policy", ["keep", "delete", "mark"])
def test_an_undelete_revives(runner: Runner, sandbox: Sandbox, policy: str) -> None:
    """Under the same name, with what it holds now and without the mark."""
    _policy(runner, "contacts", policy)
    runner.run()
    contact = _loaded(runner, sandbox, "contacts", "Contact")[0]
    only = RunRequest(mode=Mode.RECORDS, ids=(contact,), mappings=("contacts",))
    sandbox.salesforce.records.delete("Contact", contact)
    runner.run(only)
    sandbox.salesforce.records.undelete("Contact", contact)
    sandbox.salesforce.records.update("Contact", contact, {"LastName": "Vrácená"})
    runner.run(only)
    held = _held(sandbox, contact)
    assert held.values["lastname"] == "Vrácená"
    assert not held.custom.get("note")
    assert counts(runner.run(only)) == {"contacts": {"unchanged": 1}}


@pytest.mark.parametrize("first", ["a window", "a run that failed"])
def test_what_was_deleted_before_the_first_settled_run_departs_in_it(
    runner: Runner, sandbox: Sandbox, first: str
) -> None:
    """No watermark yet does not mean that nothing was loaded yet."""
    rewrite(runner.folder / "contacts.yaml", "on_delete: keep", "on_delete: delete\nreread: never")
    if first == "a window":
        begin, end = datetime(2020, 1, 1, tzinfo=UTC), datetime.now(UTC)
        runner.run(RunRequest(mode=Mode.WINDOW, since=begin, until=end))
    else:
        spec, request = runner.spec, RunRequest()
        facts = preflight(spec, request, runner.salesforce, runner.daktela, database=None)
        for name in ("accounts", "contacts"):
            read = runner.extract(spec, spec.mapping(name), facts, request, "died before it settled")
            runner.load(spec, spec.mapping(name), facts, read, "died before it settled")
    contact = _loaded(runner, sandbox, "contacts", "Contact")[0]
    sandbox.salesforce.records.delete("Contact", contact)
    sandbox.salesforce.switch(clock_skew_seconds=2.0)
    runner.run()
    assert runner.ledger.watermarks.read("default", "contacts") is not None
    assert sandbox.daktela.get("contacts", f"sf_contact_{contact}") is None


def test_a_record_kept_at_the_filter_is_still_deleted_later(
    runner: Runner, sandbox: Sandbox, before_now: datetime
) -> None:
    """Leaving the filter and being deleted are two events with two policies."""
    rewrite(runner.folder / "leads.yaml", "on_delete: keep", "on_delete: delete\non_filter_exit: keep")
    runner.run()
    lead = alive(sandbox, "Lead")[0]["Id"]
    sandbox.salesforce.records.update("Lead", lead, {"IsConverted": True}, at=before_now)
    assert counts(runner.run())["leads"] == {"kept": 1}
    sandbox.salesforce.records.delete("Lead", lead)
    runner.run(RunRequest(mode=Mode.RECORDS, ids=(lead,), mappings=("leads",)))
    assert sandbox.daktela.get("contacts", f"sf_lead_{lead}") is None


def test_a_record_marked_at_the_filter_is_still_deleted_later(
    runner: Runner, sandbox: Sandbox, before_now: datetime
) -> None:
    """Also where both events have policies that act."""
    policies = "on_delete: delete\non_filter_exit: mark\nmark: {customFields.note: left}"
    rewrite(runner.folder / "leads.yaml", "on_delete: keep", policies)
    runner.run()
    lead = alive(sandbox, "Lead")[0]["Id"]
    sandbox.salesforce.records.update("Lead", lead, {"IsConverted": True}, at=before_now)
    assert counts(runner.run())["leads"] == {"removed": 1}
    assert sandbox.daktela.get("contacts", f"sf_lead_{lead}") is not None
    sandbox.salesforce.records.delete("Lead", lead)
    only = RunRequest(mode=Mode.RECORDS, ids=(lead,), mappings=("leads",))
    assert counts(runner.run(only))["leads"] == {"removed": 1}
    assert sandbox.daktela.get("contacts", f"sf_lead_{lead}") is None


def test_an_undeleted_loser_of_a_merge_is_marked_no_longer(runner: Runner, sandbox: Sandbox) -> None:
    """It lives again under its own name, beside the winner."""
    _policy(runner, "contacts", "mark")
    runner.run()
    winner, loser = _loaded(runner, sandbox, "contacts", "Contact")[:2]
    only = RunRequest(mode=Mode.RECORDS, ids=(loser,), mappings=("contacts",))
    sandbox.salesforce.records.merge("Contact", winner, [loser])
    runner.run(only)
    assert _held(sandbox, loser).custom["note"] == ["smazáno"]
    sandbox.salesforce.records.undelete("Contact", loser)
    runner.run(only)
    assert not _held(sandbox, loser).custom.get("note")


def test_a_name_that_does_not_come_back_holds_up_no_other_record(runner: Runner, sandbox: Sandbox) -> None:
    """Daktela stores what is undeleted under a name of its own: that is one reject, and one such object each try."""
    _policy(runner, "contacts", "delete")
    runner.run()
    contact, other = _loaded(runner, sandbox, "contacts", "Contact")[:2]
    both = RunRequest(mode=Mode.RECORDS, ids=(contact, other), mappings=("contacts",))
    sandbox.salesforce.records.delete("Contact", contact)
    runner.run(both)
    sandbox.daktela.switch(deleted_name="renamed")
    sandbox.salesforce.records.undelete("Contact", contact)
    sandbox.salesforce.records.update("Contact", other, {"LastName": "Nová"})
    before = sandbox.daktela.count("contacts")
    assert counts(runner.run(both))["contacts"] == {"rejected": 1, "updated": 1}
    assert runner.ledger.rejects.codes("default", "contacts", [contact]) == {contact: "daktela_refused"}
    assert sandbox.daktela.count("contacts") == before + 1


@pytest.mark.parametrize("reply", ["empty", "refused"])
@pytest.mark.parametrize("name", ["refused", "renamed"])
def test_a_deleted_record_that_is_still_shown_and_keeps_its_name_ends_as_a_reject(
    runner: Runner, sandbox: Sandbox, reply: str, name: str
) -> None:
    """It cannot be made again, and is not taken for the one that was. It is tried again as rejects are."""
    rewrite(runner.folder / "contacts.yaml", "on_delete: keep", "on_gone: recreate\nreread: never\nreject_above: 100%")
    rewrite(runner.folder / "contacts.yaml", "reject_above: 1%", "")
    runner.run()
    contact = _loaded(runner, sandbox, "contacts", "Contact")[0]
    sandbox.daktela.switch(deleted_record="shown", deleted_name=name, missing_object=reply)
    sandbox.daktela.delete("contacts", f"sf_contact_{contact}")
    sandbox.salesforce.records.update("Contact", contact, {"LastName": "Znovu"})
    set_clock(runner, sandbox, 1_000.0)
    assert counts(runner.run())["contacts"] == {"gone": 1}
    set_clock(runner, sandbox, 1_060.0)
    assert counts(runner.run())["contacts"] == {"rejected": 1}
    assert runner.ledger.rejects.codes("default", "contacts", [contact]) == {contact: "daktela_refused"}
    before = runner.daktela.calls["POST"]
    for seconds in (1_120.0, 1_180.0):
        set_clock(runner, sandbox, seconds)
        assert counts(runner.run())["contacts"] == {}
    assert runner.daktela.calls["POST"] == before


def test_what_was_deleted_in_daktela_is_made_again_when_the_mapping_asks_for_it(
    runner: Runner, sandbox: Sandbox
) -> None:
    """First seen to be gone, then created under the same name by the next run, however late that comes."""
    sandbox.daktela.switch(deleted_name="reusable")
    rewrite(runner.folder / "contacts.yaml", "on_delete: keep", "on_gone: recreate\nreread: never")
    runner.run()
    contact = _loaded(runner, sandbox, "contacts", "Contact")[0]
    sandbox.daktela.erase("contacts", f"sf_contact_{contact}")
    sandbox.salesforce.records.update("Contact", contact, {"LastName": "Znovu"})
    sandbox.salesforce.switch(clock_skew_seconds=1800.0)
    assert counts(runner.run())["contacts"] == {"gone": 1}
    sandbox.salesforce.switch(clock_skew_seconds=7200.0)
    assert counts(runner.run())["contacts"] == {"created": 1}
    assert _held(sandbox, contact).values["lastname"] == "Znovu"


def test_a_formula_that_moves_no_stamp_is_seen_on_its_own_schedule(runner: Runner, sandbox: Sandbox) -> None:
    """Not by the next run, but by the first one after the pause; only what differs is written."""
    rewrite(runner.folder / "contacts.yaml", "  firstname:", "  customFields.note: Skore__c\n  firstname:")
    rewrite(runner.folder / "contacts.yaml", "on_delete: keep", "reread: 1s")
    runner.run(RunRequest(mappings=("accounts", "contacts")))
    contact = _loaded(runner, sandbox, "contacts", "Contact")[0]
    before = _held(sandbox, contact).custom["note"]
    sandbox.salesforce.records.set_formula_factor("Contact.Skore__c", 3.0)
    sandbox.salesforce.switch(clock_skew_seconds=20.0)
    report = runner.run(RunRequest(mappings=("contacts",)))["contacts"]
    assert report.since is None
    assert report.outcomes["updated"] > 10
    assert _held(sandbox, contact).custom["note"] != before


def test_open_rejects_are_replayed_by_code_and_id(runner: Runner, sandbox: Sandbox) -> None:
    """Without waiting for the pause; other rejects stay as they are, and the watermark too."""
    rewrite(runner.folder / "accounts.yaml", "transforms: [collapse], default", "transforms: [email], default")
    runner.run(RunRequest(mappings=("accounts",)))
    rejects = runner.ledger.rejects.read("default", "accounts")
    assert len(rejects) > 2
    rewrite(runner.folder / "accounts.yaml", "transforms: [email], default", "transforms: [collapse], default")
    watermark = runner.ledger.watermarks.read("default", "accounts")
    first = RunRequest(mode=Mode.REPLAY, mappings=("accounts",), ids=(rejects[0].id[:15],))
    assert counts(runner.run(first)) == {"accounts": {"created": 1}}
    other = RunRequest(mode=Mode.REPLAY, mappings=("accounts",), codes=("match_ambiguous",))
    assert counts(runner.run(other)) == {"accounts": {}}
    sandbox.salesforce.records.hard_delete("Account", rejects[1].id)
    rest = RunRequest(mode=Mode.REPLAY, mappings=("accounts",), codes=(rejects[0].code,))
    assert counts(runner.run(rest)) == {"accounts": {"created": len(rejects) - 2}}
    assert runner.ledger.rejects.read("default", "accounts") == []
    assert runner.ledger.watermarks.read("default", "accounts") == watermark


def _policy(runner: Runner, mapping: str, policy: str) -> None:
    asked = f'on_delete: {policy}\nmark: {{customFields.note: "smazáno"}}'
    rewrite(runner.folder / f"{mapping}.yaml", "on_delete: keep", asked)


def _loaded(runner: Runner, sandbox: Sandbox, mapping: str, sobject: str) -> list[str]:
    """Ids of records under their own names."""
    ids = [row["Id"] for row in alive(sandbox, sobject)]
    entries = runner.ledger.records.read("default", mapping, ids)
    return [id_ for id_ in ids if id_ in entries and not entries[id_].adopted]


def _parent_and_child(runner: Runner, sandbox: Sandbox) -> tuple[str, str]:
    loaded = set(_loaded(runner, sandbox, "accounts", "Account"))
    contacts = _loaded(runner, sandbox, "contacts", "Contact")
    rows = {row["Id"]: row for row in alive(sandbox, "Contact")}
    child = next(id_ for id_ in contacts if rows[id_]["AccountId"] in loaded)
    return rows[child]["AccountId"], child


def _held(sandbox: Sandbox, id_: str) -> Record:
    record = sandbox.daktela.get("contacts", f"sf_contact_{id_}")
    assert record is not None
    return record
