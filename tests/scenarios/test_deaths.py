"""Processes that die between two of their own lines, and the retry of the same run that goes on from there."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from salesforce_daktela.errors import TransportError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.accepted import AcceptedRecords
from salesforce_daktela.ledger.records.entries import ExtractCheckpoint, RecordEntry
from salesforce_daktela.ledger.runs.checkpoints import Checkpoints
from salesforce_daktela.sync.request import RunRequest
from sandbox.testing import Sandbox
from tests.scenarios.conftest import FAST
from tests.scenarios.oracle import alive
from tests.scenarios.scenario_runner import Runner, rewrite, set_clock


class Killed(BaseException):
    """The end of a process, which nothing in it can catch."""


class DiesWhenFinished(Checkpoints):
    """Their process is killed when all of an extraction is staged, before that is written down."""

    def save(self, checkpoint: ExtractCheckpoint) -> None:
        """Write it down unless it is the last word."""
        if checkpoint.finished:
            raise Killed
        Checkpoints.save(self, checkpoint)


def test_a_create_that_never_arrived_comes_with_an_undelete(runner: Runner, sandbox: Sandbox) -> None:
    """Nobody took the record away in Daktela: it was deleted in Salesforce before it had been there."""
    policy = 'on_delete: mark\nmark: {description: "deleted"}'
    rewrite(runner.folder / "contacts.yaml", "on_delete: keep", policy)
    runner.run(RunRequest(mappings=("accounts",)))
    sandbox.daktela.switch(reset_before=1.0, faults_on="writes")
    with pytest.raises(TransportError):
        runner.run()
    sandbox.daktela.switch(reset_before=0.0)
    begun = runner.ledger.records.read("default", "contacts", [row["Id"] for row in alive(sandbox, "Contact")])
    contact = next(id_ for id_, entry in begun.items() if not entry.adopted)
    sandbox.salesforce.records.delete("Contact", contact)
    set_clock(runner, sandbox, 60.0)
    assert runner.run()["contacts"].outcomes["removed"] == 1
    sandbox.salesforce.records.undelete("Contact", contact)
    set_clock(runner, sandbox, 120.0)
    runner.run()
    assert sandbox.daktela.get("contacts", f"sf_contact_{contact}") is not None


class DiesWhenWritten(AcceptedRecords):
    """Their process is killed when Daktela has taken records, before that is written down."""

    def accept(self, sync: str, mapping: str, entries: Sequence[RecordEntry], run_id: str = "") -> None:
        """Write down nothing."""
        raise Killed


@pytest.mark.parametrize(("policy", "left"), [("keep", True), ("mark", True), ("delete", False)])
def test_a_record_departs_whose_create_was_not_written_down(
    runner: Runner, sandbox: Sandbox, policy: str, left: bool
) -> None:
    """It has left the filter before the next run, which would have found its object; an undone create has none."""
    mark = '\nmark: {description: "left"}' if policy == "mark" else ""
    rule = f'where: "DoNotCall = false"\non_filter_exit: {policy}{mark}'
    rewrite(runner.folder / "contacts.yaml", "on_delete: keep", rule)
    contacts = RunRequest(mappings=("contacts",))
    runner.run(RunRequest(mappings=("accounts",)))
    ledger, runner.ledger = runner.ledger, Ledger(runner.ledger.db)
    runner.ledger.records = DiesWhenWritten(ledger.db)
    with pytest.raises(Killed):
        runner.run(contacts)
    runner.ledger = ledger
    begun = ledger.records.read("default", "contacts", [row["Id"] for row in alive(sandbox, "Contact")])
    contact = next(id_ for id_, entry in begun.items() if not entry.adopted)
    name = f"sf_contact_{contact}"
    assert sandbox.daktela.get("contacts", name) is not None
    sandbox.salesforce.records.update("Contact", contact, {"DoNotCall": True})
    set_clock(runner, sandbox, 60.0)
    runner.run(contacts)
    held = sandbox.daktela.get("contacts", name)
    assert (held is not None) == left
    assert held is None or (held.values["description"] == "left") == (policy == "mark")
    sandbox.salesforce.records.update("Contact", contact, {"DoNotCall": False})
    set_clock(runner, sandbox, 120.0)
    runner.run(contacts)
    back = sandbox.daktela.get("contacts", name)
    assert back is not None
    assert back.values["description"] != "left"


class DiesWhenAdopting(AcceptedRecords):
    """Their process is killed when Daktela has taken over an object, before that is written down."""

    def accept(self, sync: str, mapping: str, entries: Sequence[RecordEntry], run_id: str = "") -> None:
        """Write it down unless an object of somebody else's is among it."""
        if any(entry.adopted for entry in entries):
            raise Killed
        AcceptedRecords.accept(self, sync, mapping, entries, run_id)


def test_an_object_that_was_being_adopted_and_is_deleted_comes_back_as_our_own(
    runner: Runner, sandbox: Sandbox
) -> None:
    """Under the name that its key makes, not under the name that Daktela had given to somebody else's."""
    ledger = runner.ledger
    runner.ledger = Ledger(ledger.db)
    runner.ledger.records = DiesWhenAdopting(ledger.db)
    with pytest.raises(Killed):
        runner.run()
    runner.ledger = ledger
    begun = ledger.records.read("default", "contacts", [row["Id"] for row in alive(sandbox, "Contact")])
    adopted = {entry.name: id_ for id_, entry in begun.items() if entry.adopted}
    assert adopted
    for name in adopted:
        sandbox.daktela.delete("contacts", name)
    runner.run()
    for name, id_ in adopted.items():
        entry = ledger.records.read("default", "contacts", [id_])[id_]
        assert (entry.name, entry.adopted) == (f"sf_contact_{id_}", False)
        assert sandbox.daktela.get("contacts", entry.name) is not None
        assert sandbox.daktela.get("contacts", name) is None


def test_a_download_that_was_complete_is_not_read_again(runner: Runner, sandbox: Sandbox) -> None:
    """The retry takes the parts that are there: it doubles none of them and need not start a new Bulk job."""
    rewrite(runner.folder / "sync.yaml", FAST, FAST.replace("}", ", bulk_above: 0}"))
    ledger = runner.ledger
    runner.ledger = Ledger(ledger.db)
    runner.ledger.checkpoints = DiesWhenFinished(ledger.db)
    with pytest.raises(Killed):
        runner.run()
    runner.ledger, runner.runs = ledger, runner.runs - 1
    started = ledger.checkpoints.read("default", "run-1", "accounts")
    report = runner.run()["accounts"]
    ended = ledger.checkpoints.read("default", "run-1", "accounts")
    assert started is not None
    assert ended is not None
    assert ended.extraction == started.extraction
    assert report.outcomes == {"created": len(alive(sandbox, "Account"))}
