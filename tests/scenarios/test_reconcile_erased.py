"""Objects that somebody erased in Daktela, or made there under names like ours."""

from __future__ import annotations

import pytest

from salesforce_daktela.ledger.records.entries import RecordState
from salesforce_daktela.steps.reconcile.comparison import Comparison
from sandbox.testing import Sandbox
from tests.scenarios.reconciling import counts_of, local_reconcile, own_records, reconcile, stored_contact
from tests.scenarios.scenario_runner import Runner, rewrite


def test_what_was_erased_in_daktela_is_gone_and_stays_away(runner: Runner, sandbox: Sandbox) -> None:
    """It is not missing; the ledger learns of it, so that later changes send nothing."""
    runner.run()
    contact = own_records(runner, "contacts", sandbox, "Contact")[0]
    sandbox.daktela.erase("contacts", f"sf_contact_{contact}")
    found = reconcile(runner, "contacts")["contacts"]
    assert (counts_of({"contacts": found})["contacts"], found.found) == ({"gone": 1}, 0)
    assert reconcile(runner, "contacts", repair=True)["contacts"].repaired == {"noted as gone": 1}
    assert runner.ledger.records.read("default", "contacts", [contact])[contact].state is RecordState.GONE
    assert sandbox.daktela.get("contacts", f"sf_contact_{contact}") is None
    assert counts_of(reconcile(runner, "contacts", repair=True))["contacts"] == {"gone": 1}


def test_what_was_erased_in_daktela_comes_back_where_the_mapping_says_so(runner: Runner, sandbox: Sandbox) -> None:
    """Without waiting for its next change."""
    rewrite(runner.folder / "contacts.yaml", "on_delete: keep", "on_gone: recreate")
    runner.run()
    contact = own_records(runner, "contacts", sandbox, "Contact")[0]
    wanted = stored_contact(sandbox, contact).values["lastname"]
    sandbox.daktela.erase("contacts", f"sf_contact_{contact}")
    assert counts_of(reconcile(runner, "contacts"))["contacts"] == {"missing": 1}
    assert reconcile(runner, "contacts", repair=True)["contacts"].repaired == {"created": 1}
    assert stored_contact(sandbox, contact).values["lastname"] == wanted
    assert counts_of(reconcile(runner, "contacts"))["contacts"] == {}


@pytest.mark.parametrize(
    ("on_gone", "said"),
    [
        ("keep", "30 records are not in Daktela and would be taken for deleted there"),
        ("recreate", "30 records that were loaded are not in Daktela and would be created again"),
    ],
)
def test_a_listing_that_is_suddenly_empty_needs_somebodys_word(
    runner: Runner, sandbox: Sandbox, on_gone: str, said: str
) -> None:
    """A right taken away, which Daktela does not show, looks as if everything had been deleted."""
    rewrite(runner.folder / "accounts.yaml", "on_delete: keep", f"on_gone: {on_gone}\nmax_removals: 5")
    runner.run()
    sandbox.daktela.switch(accounts_right="none", without_right="empty", role_shown="hidden")
    asked: list[Comparison] = []

    def declines(found: Comparison) -> bool:
        asked.append(found)
        return False

    (report,) = local_reconcile(runner, "accounts", repair=True, agrees=declines).reconcile()
    assert report.state == "declined"
    assert asked[0].reasons == (f"{said}, max_removals allows 5",)
    sandbox.daktela.switch(accounts_right="full")
    assert counts_of(reconcile(runner, "accounts"))["accounts"] == {}


def test_records_named_like_ours_that_we_never_wrote_are_told_and_left_alone(runner: Runner, sandbox: Sandbox) -> None:
    """Nothing proves that they are ours, so no policy touches them."""
    rewrite(runner.folder / "contacts.yaml", "on_delete: keep", "on_delete: delete")
    runner.run()
    contact = own_records(runner, "contacts", sandbox, "Contact")[0]
    model = stored_contact(sandbox, contact).model
    stranger = f"sf_contact_{contact[:9]}ZZZZZZ"
    for name in (f"{stranger}AAA", "sf_contact_Jan-Novak"):
        sandbox.daktela.store.insert(model, {**stored_contact(sandbox, contact).values, "name": name})
    report = reconcile(runner, "contacts", repair=True)["contacts"]
    assert counts_of({"contacts": report})["contacts"] == {"unclaimed": 1}
    assert "Novak" not in str(report.to_dict())
    assert sandbox.daktela.get("contacts", f"{stranger}AAA") is not None
