"""What has changed between a comparison and its repair: nobody has agreed to that."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.ledger.records.entries import RecordState
from sandbox.testing import Sandbox
from tests.scenarios.reconciling import local_reconcile, own_records
from tests.scenarios.scenario_runner import Runner, rewrite

EDITED = 6


@pytest.mark.parametrize(("allowed", "kept"), [(EDITED - 1, EDITED), (EDITED, 0)])
def test_more_than_a_run_may_remove_unasked_is_not_removed_by_a_repair_that_was_agreed_to(
    runner: Runner, sandbox: Sandbox, allowed: int, kept: int
) -> None:
    """Somebody agrees to six corrections; while they were asked, Salesforce stopped showing these six records."""
    rewrite(runner.folder / "contacts.yaml", "on_delete: keep", f"on_delete: delete\nmax_removals: {allowed}")

    def leave(contacts: list[str]) -> None:
        for contact in contacts:
            sandbox.salesforce.records.hard_delete("Contact", contact)

    contacts = _repair_after(runner, sandbox, leave, fails=bool(kept), said="6 records would be marked or deleted")
    held = [id_ for id_ in contacts if sandbox.daktela.get("contacts", f"sf_contact_{id_}") is not None]
    assert len(held) == kept


@pytest.mark.parametrize("allowed", [EDITED - 1, EDITED])
def test_more_than_a_run_may_give_up_is_not_given_up_by_a_repair_that_was_agreed_to(
    runner: Runner, sandbox: Sandbox, allowed: int
) -> None:
    """The same, and Daktela does not list them any more: a right taken away looks like this."""
    rewrite(runner.folder / "contacts.yaml", "on_delete: keep", f"max_removals: {allowed}")

    def leave(contacts: list[str]) -> None:
        for contact in contacts:
            sandbox.daktela.delete("contacts", f"sf_contact_{contact}")

    fails = allowed < EDITED
    contacts = _repair_after(runner, sandbox, leave, fails=fails, said="6 records that were loaded are not in Daktela")
    entries = runner.ledger.records.read("default", "contacts", contacts)
    assert {entry.state for entry in entries.values()} == {RecordState.LIVE if fails else RecordState.GONE}


def _repair_after(
    runner: Runner, sandbox: Sandbox, change: Callable[[list[str]], None], *, fails: bool, said: str
) -> list[str]:
    """Edit some contacts in Daktela, compare, change them once more while somebody is asked, and repair."""
    rewrite(runner.folder / "sync.yaml", "database: sales", "database: sales\napprove: {changes_above: 1%}")
    runner.run()
    contacts = own_records(runner, "contacts", sandbox, "Contact")[:EDITED]
    for contact in contacts:
        sandbox.daktela.edit("contacts", f"sf_contact_{contact}", {"lastname": "Jiná"})

    def agrees(_: object) -> bool:
        change(contacts)
        return True

    repair = local_reconcile(runner, "contacts", repair=True, agrees=agrees)
    if not fails:
        repair.reconcile()
        return contacts
    with pytest.raises(ConfigurationError, match=said):
        repair.reconcile()
    return contacts
