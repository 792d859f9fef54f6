"""A comparison rebuilds a lost ledger, and forgets entries that neither side has a record of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from salesforce_daktela.steps.preflight.preflight import preflight
from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.testing import Sandbox
from tests.scenarios.oracle import alive, loaded_names
from tests.scenarios.reconciling import (
    NOTHING,
    SOBJECTS,
    counts_of,
    lose_ledger,
    own_records,
    reconcile,
    stored_contact,
    writes,
)
from tests.scenarios.scenario_runner import Runner, counts, rewrite
from tests.worker_clock import put_worker_clock


def test_a_lost_ledger_is_rebuilt_without_a_write(runner: Runner, sandbox: Sandbox, tmp_path: Path) -> None:
    """Records right under our own names are known again; only the adopted ones have to be matched anew."""
    rewrite(runner.folder / "contacts.yaml", "match: [customFields.email]\n", "")
    runner.run()
    rejected = {name: len(runner.ledger.rejects.read("default", name)) for name in NOTHING}
    lose_ledger(runner, tmp_path)
    before = writes(runner)
    found = counts_of(reconcile(runner))
    assert {name: kinds.get("unremembered") for name, kinds in found.items()} == {
        name: len(loaded_names(sandbox, sobject)) for name, sobject in SOBJECTS.items()
    }
    assert [kinds.get("parked", 0) for kinds in found.values()] == [0, 0, 0, 0]
    reconcile(runner, repair=True)
    assert writes(runner) == before
    assert counts_of(reconcile(runner)) == {
        name: {"rejected": count} if count else {} for name, count in rejected.items()
    }
    for outcomes in counts(runner.run()).values():
        assert set(outcomes) <= {"unchanged", "rejected", "kept"}


def test_a_lost_ledger_with_edits_in_between(runner: Runner, sandbox: Sandbox, tmp_path: Path) -> None:
    """What differs is written, once."""
    rewrite(runner.folder / "contacts.yaml", "match: [customFields.email]\n", "")
    runner.run()
    contact = own_records(runner, "contacts", sandbox, "Contact")[0]
    lose_ledger(runner, tmp_path)
    sandbox.daktela.edit("contacts", f"sf_contact_{contact}", {"lastname": "Jinak"})
    before = writes(runner)
    reports = reconcile(runner, repair=True)
    assert counts_of(reports)["contacts"]["different"] == 1
    assert writes(runner) == {**before, "PUT": before["PUT"] + 1}


def test_entries_with_neither_side_are_forgotten(runner: Runner, sandbox: Sandbox) -> None:
    """Deleted for good in Salesforce, erased in Daktela: nobody needs the ledger's word any more."""
    runner.run()
    contact = own_records(runner, "contacts", sandbox, "Contact")[0]
    sandbox.salesforce.records.hard_delete("Contact", contact)
    sandbox.daktela.erase("contacts", f"sf_contact_{contact}")
    assert counts_of(reconcile(runner, "contacts"))["contacts"] == {"left_over": 1}
    assert reconcile(runner, "contacts", repair=True)["contacts"].repaired == {"cleaned": 1}
    assert runner.ledger.records.read("default", "contacts", [contact]) == {}
    assert counts_of(reconcile(runner, "contacts"))["contacts"] == {}


def test_an_entry_stays_while_an_older_extract_could_still_be_loaded(runner: Runner, sandbox: Sandbox) -> None:
    """Without the entry it would create the record again."""
    runner.run()
    contact = own_records(runner, "contacts", sandbox, "Contact")[0]
    request = RunRequest(mode=Mode.RECORDS, ids=(contact,), mappings=("contacts",))
    spec = runner.spec
    facts = preflight(spec, request, runner.salesforce, runner.daktela, database=None)
    early = runner.extract(spec, spec.mapping("contacts"), facts, request, "early")
    sandbox.salesforce.records.hard_delete("Contact", contact)
    sandbox.daktela.erase("contacts", f"sf_contact_{contact}")
    report = reconcile(runner, "contacts", repair=True)["contacts"]
    assert (report.counts["left_over"], report.repaired) == (1, {})
    runner.load(spec, spec.mapping("contacts"), facts, early, "early")
    assert sandbox.daktela.get("contacts", f"sf_contact_{contact}") is None


def test_a_worker_whose_clock_is_ahead_forgets_nothing_early(
    runner: Runner, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How old the parts of other runs are is told by Salesforce's clock, by which they are dated."""
    rewrite(runner.folder / "sync.yaml", "timezone:", "retain: 2d\ntimezone:")
    runner.run()
    contact = own_records(runner, "contacts", sandbox, "Contact")[0]
    sandbox.salesforce.records.hard_delete("Contact", contact)
    sandbox.daktela.erase("contacts", f"sf_contact_{contact}")
    put_worker_clock(monkeypatch, timedelta(days=3))
    report = reconcile(runner, "contacts", repair=True)["contacts"]
    assert (report.counts["left_over"], report.repaired) == (1, {})
    assert contact in runner.ledger.records.read("default", "contacts", [contact])


def test_rejects_are_told_as_such_and_go_with_their_records(runner: Runner, sandbox: Sandbox) -> None:
    """A rejected record is not missing; once it is gone, its reject is left over."""
    late = datetime.now(UTC) - timedelta(minutes=1)
    row = {"LastName": "Bez adresy", "Company": "Firma", "Email": "nobody at all", "IsConverted": False}
    rewrite(runner.folder / "leads.yaml", "reject_above: 1%", "reject_above: 100%")
    lead = sandbox.salesforce.records.create("Lead", row, at=late)
    runner.run()
    rejected = len(runner.ledger.rejects.read("default", "leads"))
    assert counts_of(reconcile(runner, "leads", repair=True))["leads"] == {"rejected": rejected}
    sandbox.salesforce.records.hard_delete("Lead", lead)
    found = counts_of(reconcile(runner, "leads", repair=True))["leads"]
    assert found == {key: n for key, n in {"rejected": rejected - 1, "left_over": 1}.items() if n}
    assert lead not in [reject.id for reject in runner.ledger.rejects.read("default", "leads")]


def test_a_parked_child_is_told_as_such(runner: Runner) -> None:
    """It waits for its parent, and is not missing."""
    runner.run(RunRequest(mappings=("contacts",)))
    parked = len({child.id for child in runner.ledger.parking.read("default", "contacts")})
    assert parked
    assert counts_of(reconcile(runner, "contacts", repair=True))["contacts"] == {"parked": parked}


def test_an_object_beside_that_of_an_adopted_record_is_nobodys(runner: Runner, sandbox: Sandbox) -> None:
    """Its name is made of the record's Id, which has another object: each of the two is counted once."""
    runner.run()
    entries = runner.ledger.records.read("default", "contacts", [row["Id"] for row in alive(sandbox, "Contact")])
    kept, deleted = [entry.id for entry in entries.values() if entry.adopted][:2]
    right = reconcile(runner, "contacts")["contacts"].counts["right"]
    for contact in (kept, deleted):
        body = {"name": f"sf_contact_{contact}", "title": "Kdo?", "lastname": "Kdo?", "database": "sales"}
        runner.daktela.create("contacts", body)
    assert reconcile(runner, "contacts")["contacts"].counts == {"right": right, "unclaimed": 2}
    sandbox.salesforce.records.hard_delete("Contact", deleted)
    found = reconcile(runner, "contacts", repair=True)["contacts"].counts
    assert found == {"right": right - 1, "extra": 1, "unclaimed": 2}
    assert stored_contact(sandbox, kept).values["lastname"] == "Kdo?"
