"""Both sides are compared in full: what windows cannot see is found, and repaired when asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.testing import Sandbox
from tests.scenarios.oracle import alive, loaded_names
from tests.scenarios.reconciling import (
    NOTHING,
    counts_of,
    own_records,
    reconcile,
    stored_contact,
    writes,
)
from tests.scenarios.scenario_runner import Runner, counts, rewrite, set_clock


def test_nothing_is_found_after_a_run(runner: Runner) -> None:
    """Not one request is sent that changes anything, and no watermark moves."""
    runner.run()
    before, marks = writes(runner), runner.ledger.overview.all_watermarks()
    reports = reconcile(runner)
    assert counts_of(reports) == NOTHING
    assert all(report.counts["right"] == report.salesforce for report in reports.values())
    assert (writes(runner), runner.ledger.overview.all_watermarks()) == (before, marks)
    assert not [path for path in runner.store.list_files("default") if "reconcile" in path]


@pytest.mark.parametrize(("policy", "there", "after"), [("keep", True, "kept"), ("delete", False, None)])
def test_hard_deletes_are_found_and_handled_by_policy(
    runner: Runner, sandbox: Sandbox, policy: str, there: bool, after: str | None
) -> None:
    """No window ever shows a record that went past the bin."""
    rewrite(runner.folder / "contacts.yaml", "on_delete: keep", f"on_delete: {policy}")
    runner.run()
    contact = own_records(runner, "contacts", sandbox, "Contact")[0]
    sandbox.salesforce.records.hard_delete("Contact", contact)
    found = reconcile(runner, "contacts")["contacts"]
    assert (counts_of({"contacts": found})["contacts"], found.samples["extra"]) == ({"extra": 1}, [contact])
    assert sandbox.daktela.get("contacts", f"sf_contact_{contact}") is not None
    repaired = reconcile(runner, "contacts", repair=True)["contacts"]
    assert repaired.repaired == {"kept" if there else "removed": 1}
    assert (sandbox.daktela.get("contacts", f"sf_contact_{contact}") is not None) == there
    assert counts_of(reconcile(runner, "contacts"))["contacts"] == ({} if after is None else {after: 1})


def test_more_removals_than_allowed_need_somebodys_word(runner: Runner, sandbox: Sandbox) -> None:
    """As in any run; without it nothing is repaired."""
    rewrite(runner.folder / "contacts.yaml", "on_delete: keep", "on_delete: delete\nmax_removals: 2")
    runner.run()
    gone = own_records(runner, "contacts", sandbox, "Contact")[:3]
    for contact in gone:
        sandbox.salesforce.records.hard_delete("Contact", contact)
    declined = reconcile(runner, "contacts", repair=True)["contacts"]
    assert (declined.state, declined.repaired) == ("declined", {})
    assert {f"sf_contact_{id_}" for id_ in gone} <= loaded_names(sandbox, "Contact")
    assert reconcile(runner, "contacts", repair=True, agree=True)["contacts"].repaired == {"removed": 3}


def test_a_record_that_no_window_showed_is_missing(runner: Runner, sandbox: Sandbox) -> None:
    """It was committed later than any overlap reaches back."""
    runner.run()
    late = datetime.now(UTC) - timedelta(days=2)
    contact = sandbox.salesforce.records.create("Contact", {"LastName": "Opožděná"}, at=late)
    runner.run()
    assert counts_of(reconcile(runner))["contacts"] == {"missing": 1}
    assert reconcile(runner, repair=True)["contacts"].repaired == {"created": 1}
    assert stored_contact(sandbox, contact).values["lastname"] == "Opožděná"
    assert counts_of(reconcile(runner)) == NOTHING


def test_what_its_own_data_keep_out_and_no_window_showed_is_known_after_a_repair(
    runner: Runner, sandbox: Sandbox
) -> None:
    """As a reject or as a parked child: no run would have tried it again, and no list have named it."""
    rewrite(runner.folder / "leads.yaml", "reject_above: 1%", "reject_above: 100%")
    runner.run()
    before = len(runner.ledger.rejects.read("default", "leads"))
    late = datetime.now(UTC) - timedelta(days=2)
    spoiled = {"LastName": "Bez adresy", "Company": "Firma", "Email": "nobody at all", "IsConverted": False}
    lead = sandbox.salesforce.records.create("Lead", spoiled, at=late)
    account = sandbox.salesforce.records.create("Account", {"Name": "Opožděná"}, at=late)
    child = sandbox.salesforce.records.create("Contact", {"LastName": "Čeká", "AccountId": account}, at=late)
    runner.run()
    found = reconcile(runner, "leads", "contacts")
    assert (found["leads"].counts["missing"], found["contacts"].counts["missing"]) == (1, 1)
    repaired = reconcile(runner, "leads", "contacts", repair=True)
    assert (repaired["leads"].repaired, repaired["contacts"].repaired) == ({"rejected": 1}, {"parked": 1})
    assert lead in {reject.id for reject in runner.ledger.rejects.read("default", "leads")}
    assert child in {each.id for each in runner.ledger.parking.read("default", "contacts")}
    again = counts_of(reconcile(runner, "leads", "contacts"))
    assert (again["leads"], again["contacts"]) == ({"rejected": before + 1}, {"parked": 1})


def test_what_windows_bring_anyway_is_no_finding(runner: Runner, sandbox: Sandbox) -> None:
    """Changed since the last run: the next one has it, and a repair leaves it to that."""
    runner.run()
    first, second = own_records(runner, "contacts", sandbox, "Contact")[:2]
    set_clock(runner, sandbox, 20.0)
    sandbox.salesforce.records.update("Contact", first, {"LastName": "Nová"})
    sandbox.salesforce.records.delete("Contact", second)
    sandbox.salesforce.records.create("Contact", {"LastName": "Další"})
    set_clock(runner, sandbox, 40.0)
    assert counts_of(reconcile(runner, "contacts", repair=True))["contacts"] == {"pending": 3}
    assert stored_contact(sandbox, first).values["lastname"] != "Nová"
    runner.run()
    assert stored_contact(sandbox, first).values["lastname"] == "Nová"


def test_edits_in_daktela_are_found_and_put_right(runner: Runner, sandbox: Sandbox) -> None:
    """Those of mapped fields; other fields belong to whoever edits them."""
    runner.run()
    contact, other = own_records(runner, "contacts", sandbox, "Contact")[:2]
    right = stored_contact(sandbox, contact)
    sandbox.daktela.edit("contacts", right.name, {"lastname": "Přepsaná"}, {"number": ["+420999888777"]})
    sandbox.daktela.edit("contacts", f"sf_contact_{other}", {}, {"note": ["volat dopoledne"]})
    found = reconcile(runner)
    assert counts_of(found) == {**NOTHING, "contacts": {"different": 1}}
    assert found["contacts"].samples["different"] == [contact]
    assert "Přepsaná" not in str(found["contacts"].to_dict())
    assert reconcile(runner, repair=True)["contacts"].repaired == {"updated": 1}
    mended = stored_contact(sandbox, contact)
    assert (mended.values["lastname"], mended.custom["number"]) == (right.values["lastname"], right.custom["number"])
    assert stored_contact(sandbox, other).custom["note"] == ["volat dopoledne"]


@pytest.mark.parametrize(("edited", "state"), [(4, "repaired"), (5, "failed")])
def test_a_repair_may_reject_as_much_as_a_run_may(runner: Runner, sandbox: Sandbox, edited: int, state: str) -> None:
    """Fewer than five among fewer than twenty records are told and counted; more of them are a failure."""
    runner.run()
    contacts = own_records(runner, "contacts", sandbox, "Contact")[:edited]
    for contact in contacts:
        sandbox.daktela.edit("contacts", f"sf_contact_{contact}", {"lastname": "Přepsaná"})
    sandbox.daktela.switch(success_with_error=1.0, faults_on="writes")
    report = reconcile(runner, "contacts", repair=True)["contacts"]
    assert (report.state, report.repaired) == (state, {"rejected": edited})
    assert report.rejects == ({"code": "daktela_refused", "field": "", "count": edited},)
    assert (f"{edited} of {edited} records were rejected" in report.failure) == (state == "failed")
    (totals,) = [each for each in runner.ledger.totals.read_runs("default", 9) if each.mode == "repair"]
    assert totals.state == ("failed" if state == "failed" else "settled")


def test_a_change_without_a_stamp_is_found(runner: Runner, sandbox: Sandbox) -> None:
    """Whatever moved no stamp is newer than what was written all the same."""
    runner.run()
    (account, *_) = own_records(runner, "accounts", sandbox, "Account")
    sandbox.salesforce.records.update("Account", account, {"Name": "Potichu s.r.o."}, silent=True)
    assert counts_of(reconcile(runner))["accounts"] == {"different": 1}
    assert reconcile(runner, repair=True)["accounts"].repaired == {"updated": 1}
    held = sandbox.daktela.get("accounts", f"sf_account_{account}")
    assert held is not None
    assert held.values["title"] == "Potichu s.r.o."


def test_a_record_that_left_the_filter_long_ago_is_extra(runner: Runner, sandbox: Sandbox) -> None:
    """Without a stamp no window shows it; `on_filter_exit` says what happens."""
    rewrite(runner.folder / "leads.yaml", "on_delete: keep", "on_delete: keep\non_filter_exit: delete")
    runner.run()
    lead = alive(sandbox, "Lead")[0]["Id"]
    sandbox.salesforce.records.update("Lead", lead, {"IsConverted": True}, silent=True)
    assert counts_of(reconcile(runner, "leads"))["leads"] == {"extra": 1}
    assert reconcile(runner, "leads", repair=True)["leads"].repaired == {"removed": 1}
    assert sandbox.daktela.get("contacts", f"sf_lead_{lead}") is None


def test_a_record_that_was_marked_at_the_filter_and_deleted_for_good_is_extra(
    runner: Runner, sandbox: Sandbox, before_now: datetime
) -> None:
    """No run sees that deletion; the object goes as `on_delete` says, where a marked one outside the filter stays."""
    policies = "on_delete: delete\non_filter_exit: mark\nmark: {description: Pryč}\nwhere: \"LastName != 'Jinde'\""
    rewrite(runner.folder / "contacts.yaml", "on_delete: keep", policies)
    runner.run()
    deleted, outside = own_records(runner, "contacts", sandbox, "Contact")[:2]
    for contact in (deleted, outside):
        sandbox.salesforce.records.update("Contact", contact, {"LastName": "Jinde"}, at=before_now)
    assert counts(runner.run())["contacts"] == {"removed": 2}
    sandbox.salesforce.records.hard_delete("Contact", deleted)
    found = reconcile(runner, "contacts", repair=True)["contacts"]
    assert counts_of({"contacts": found}) == {"contacts": {"extra": 1, "marked": 1}}
    assert (found.samples["extra"], found.repaired) == ([deleted], {"removed": 1})
    assert sandbox.daktela.get("contacts", f"sf_contact_{deleted}") is None
    assert counts_of(reconcile(runner, "contacts")) == {"contacts": {"marked": 1}}


def test_a_record_that_counts_as_marked_and_is_not_is_marked_by_a_repair(runner: Runner, sandbox: Sandbox) -> None:
    """As after a release that marked a field which Daktela does not have. A run changes nothing, and a record that has
    its mark is left alone.
    """
    policies = 'on_delete: mark\non_filter_exit: keep\nmark: {customFields.note: "pryč", user: null}'
    rewrite(runner.folder / "contacts.yaml", "on_delete: keep", policies)
    runner.run()
    unmarked, marked = own_records(runner, "contacts", sandbox, "Contact")[:2]
    for contact in (unmarked, marked):
        sandbox.salesforce.records.delete("Contact", contact)
    set_clock(runner, sandbox, 1_000.0)
    assert runner.run()["contacts"].outcomes["removed"] == 2
    sandbox.daktela.edit("contacts", f"sf_contact_{unmarked}", {}, {"note": []})
    runner.run()
    assert stored_contact(sandbox, unmarked).custom.get("note") is None
    set_clock(runner, sandbox, 10_000.0)
    assert counts_of(reconcile(runner, "contacts")) == {"contacts": {"extra": 1, "marked": 1}}
    before = writes(runner)["PUT"]
    found = reconcile(runner, "contacts", repair=True, agree=True)["contacts"]
    assert found.repaired == {"removed": 1}
    assert writes(runner)["PUT"] == before + 1
    assert stored_contact(sandbox, unmarked).custom["note"] == ["pryč"]
    assert counts_of(reconcile(runner, "contacts")) == {"contacts": {"marked": 2}}
