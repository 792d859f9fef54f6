"""``reconcile`` compares both sides in the terminal's own process."""

from __future__ import annotations

from salesforce_daktela.ledger.records.entries import RecordState
from sandbox.testing import Sandbox
from tests.cli.conftest import Terminal, answer
from tests.scenarios.oracle import alive
from tests.scenarios.reconciling import own_records
from tests.scenarios.scenario_runner import Runner, rewrite


def test_findings_end_with_one_and_a_repair_with_zero(terminal: Terminal, runner: Runner, sandbox: Sandbox) -> None:
    """The report names Ids, the terminal shows them, and no part of it stays."""
    runner.run()
    assert answer(terminal("reconcile", "default", "--json"))["reports"][1]["found"] == 0
    account = alive(sandbox, "Account")[0]["Id"]
    sandbox.daktela.edit("accounts", f"sf_account_{account}", {"title": "Jinak"})
    result = terminal("reconcile", "default", "--mapping", "accounts")
    assert (result.exit_code, account in result.stdout, "Jinak" in result.stdout) == (1, True, False)
    (report,) = answer(terminal("reconcile", "default", "--mapping", "accounts", "--repair", "--json"))["reports"]
    assert (report["state"], report["counts"]["different"], report["repaired"]) == ("repaired", 1, {"updated": 1})
    assert terminal("reconcile", "default", "--mapping", "accounts").exit_code == 0
    assert not any("terminal__" in path for path in runner.store.list_files("default"))


def test_a_repair_that_takes_away_too_much_is_asked_about(terminal: Terminal, runner: Runner, sandbox: Sandbox) -> None:
    """Unless --yes answers beforehand; declined, it ends with 1."""
    rewrite(runner.folder / "leads.yaml", "on_delete: keep", "on_delete: delete\nmax_removals: 0")
    runner.run()
    lead = alive(sandbox, "Lead")[0]["Id"]
    sandbox.salesforce.records.hard_delete("Lead", lead)
    declined = terminal("reconcile", "default", "--mapping", "leads", "--repair")
    assert declined.exit_code == 1
    assert "1 records would be marked or deleted, max_removals allows 0" in declined.output
    assert sandbox.daktela.get("contacts", f"sf_lead_{lead}") is not None
    assert terminal("reconcile", "default", "--mapping", "leads", "--repair", "--yes").exit_code == 0
    assert sandbox.daktela.get("contacts", f"sf_lead_{lead}") is None


def test_a_repair_that_somebody_declined_ends_with_one(terminal: Terminal, runner: Runner, sandbox: Sandbox) -> None:
    """Also where there was nothing but records to be given up, which are no findings."""
    rewrite(runner.folder / "contacts.yaml", "on_delete: keep", "on_delete: keep\nmax_removals: 0")
    runner.run()
    contact = own_records(runner, "contacts", sandbox, "Contact")[0]
    sandbox.daktela.erase("contacts", f"sf_contact_{contact}")
    result = terminal("reconcile", "default", "--mapping", "contacts", "--repair", answers="n\n")
    assert (result.exit_code, "contacts: declined" in result.stdout) == (1, True)
    assert runner.ledger.records.read("default", "contacts", [contact])[contact].state is RecordState.LIVE


def test_a_repair_that_rejects_too_much_says_so(terminal: Terminal, runner: Runner, sandbox: Sandbox) -> None:
    """With the reasons, and it ends with 1."""
    runner.run()
    for contact in own_records(runner, "contacts", sandbox, "Contact")[:5]:
        sandbox.daktela.edit("contacts", f"sf_contact_{contact}", {"lastname": "Jinak"})
    sandbox.daktela.switch(success_with_error=1.0, faults_on="writes")
    result = terminal("reconcile", "default", "--mapping", "contacts", "--repair")
    assert (result.exit_code, "contacts: failed" in result.stdout) == (1, True)
    assert "rejected: 5 x daktela_refused in the record" in result.stdout
    assert "5 of 5 records were rejected, more than the 1.00% that reject_above allows" in result.stdout


def test_a_sync_that_is_none_ends_with_two(terminal: Terminal) -> None:
    """The nearest name is offered."""
    result = terminal("reconcile", "defualt")
    assert result.exit_code == 2
    assert "there is no sync defualt" in result.output


def test_a_plan_before_it_keeps_no_entry_from_being_forgotten(
    terminal: Terminal, runner: Runner, sandbox: Sandbox
) -> None:
    """Its parts are deleted when it ends, so nothing of it can be loaded."""
    runner.run()
    assert terminal("plan").exit_code == 0
    contact = own_records(runner, "contacts", sandbox, "Contact")[0]
    sandbox.salesforce.records.hard_delete("Contact", contact)
    sandbox.daktela.erase("contacts", f"sf_contact_{contact}")
    (report,) = answer(terminal("reconcile", "default", "--mapping", "contacts", "--repair", "--json"))["reports"]
    assert (report["counts"]["left_over"], report["repaired"]) == (1, {"cleaned": 1})
    assert runner.ledger.records.read("default", "contacts", [contact]) == {}
