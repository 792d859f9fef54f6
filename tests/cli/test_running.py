"""``plan`` and ``replay`` carry out a run in the terminal's own process."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.testing import Sandbox
from tests.cli.conftest import Terminal, answer
from tests.scenarios.oracle import loaded_names
from tests.scenarios.reconciling import own_records
from tests.scenarios.scenario_runner import Runner, rewrite, set_clock


@pytest.fixture
def rejected(runner: Runner, sandbox: Sandbox) -> str:
    """A lead that a run has refused, and that has been mended since."""
    earlier = datetime.now(UTC) - timedelta(minutes=1)
    row = {"LastName": "Novák", "Company": "Firma", "Email": "nobody at all", "IsConverted": False}
    id_ = sandbox.salesforce.records.create("Lead", row, at=earlier)
    rewrite(runner.folder / "leads.yaml", "reject_above: 1%", "reject_above: 100%")
    runner.run()
    sandbox.salesforce.records.update("Lead", id_, {"Email": "novak@firma.cz"}, at=earlier)
    return id_


def test_a_plan_counts_and_writes_nothing(terminal: Terminal, runner: Runner, sandbox: Sandbox) -> None:
    """Before the first run everything would be created; no part of it stays."""
    before = sandbox.daktela.count("contacts")
    plans = {found["mapping"]: found for found in answer(terminal("plan", "--json"))["plans"]}
    assert list(plans) == ["accounts", "contacts", "leads", "opportunities"]
    assert plans["accounts"]["plan"]["counts"]["created"] > 0
    assert plans["accounts"]["watermark"] is None
    assert (sandbox.daktela.count("contacts"), runner.store.list_files("default")) == (before, [])
    assert "a run would now" in terminal("plan", "--mapping", "leads").stdout


def test_a_plan_without_anything_to_do_says_so(terminal: Terminal, runner: Runner) -> None:
    """A sentence for each mapping in place of a table without rows."""
    runner.run()
    told = terminal("plan").stdout
    assert "sync default, mapping contacts: nothing to do, no record would be read" in told
    assert "a run would now" not in told


def test_a_plan_shows_what_changes(terminal: Terminal, runner: Runner, sandbox: Sandbox) -> None:
    """Before and after, on the terminal alone: the parts that held them are gone."""
    runner.run()
    (row, *_) = sandbox.salesforce.records.read("Account")
    earlier = datetime.now(UTC) - timedelta(minutes=1)
    sandbox.salesforce.records.update("Account", row["Id"], {"Name": "Nové jméno"}, at=earlier)
    (found,) = answer(terminal("plan", "--mapping", "accounts", "--json"))["plans"]
    assert ("title", "Nové jméno") in [(change["field"], change["after"]) for change in found["sample"]]
    assert not any("terminal__" in path for path in runner.store.list_files("default"))


def test_a_mended_reject_is_loaded(terminal: Terminal, runner: Runner, sandbox: Sandbox, rejected: str) -> None:
    """By its code; other rejects stay, the watermark stays, and the reject is closed."""
    mark = runner.ledger.watermarks.read("default", "leads")
    assert rejected in [entry.id for entry in runner.ledger.rejects.read("default", "leads")]
    found = answer(terminal("replay", "--id", rejected, "--mapping", "leads", "--json"))["replays"]
    assert [(one["mapping"], one["outcomes"]) for one in found] == [("leads", {"created": 1})]
    assert f"sf_lead_{rejected}" in loaded_names(sandbox, "Lead")
    assert rejected not in [entry.id for entry in runner.ledger.rejects.read("default", "leads")]
    assert runner.ledger.watermarks.read("default", "leads") == mark


def test_what_is_still_wrong_is_told(terminal: Terminal, sandbox: Sandbox, rejected: str) -> None:
    """Exit code 1."""
    sandbox.salesforce.records.update("Lead", rejected, {"Email": "still nobody"})
    result = terminal("replay", "--mapping", "leads", "--code", "email_invalid", "--yes")
    assert (result.exit_code, "rejected" in result.stdout) == (1, True)


def test_it_is_told_that_no_open_reject_is_what_was_asked_for(terminal: Terminal) -> None:
    """Instead of an empty table."""
    result = terminal("replay", "--mapping", "leads", "--code", "email_mistyped")
    assert "nothing was replayed: no open reject is what was asked for" in result.stdout


def test_an_id_that_nobody_has_is_named(terminal: Terminal, rejected: str) -> None:
    """Beside what was replayed."""
    nobody = "00Q000000009999EAA"
    result = terminal("replay", "--id", rejected, "--id", nobody, "--mapping", "leads")
    assert f"not found in Salesforce: {nobody}" in result.stdout
    assert result.stdout.count(nobody) == 1


def test_a_replay_that_fails_as_a_run_does_says_why(terminal: Terminal, runner: Runner, sandbox: Sandbox) -> None:
    """Somebody has deleted in Daktela what was to be corrected there, and nothing may be given up unasked."""
    rewrite(runner.folder / "contacts.yaml", "unique], on_error: drop", "unique]")
    rewrite(runner.folder / "contacts.yaml", "on_delete: keep", "on_delete: keep\nmax_removals: 0")
    runner.run()
    contact = own_records(runner, "contacts", sandbox, "Contact")[0]
    sandbox.salesforce.records.update("Contact", contact, {"Phone": "abc"})
    set_clock(runner, sandbox, 60.0)
    runner.run()
    sandbox.salesforce.records.update("Contact", contact, {"Phone": "+420601234567"})
    sandbox.daktela.erase("contacts", f"sf_contact_{contact}")
    result = terminal("replay", "--id", contact, "--mapping", "contacts", "--yes")
    assert result.exit_code == 1
    assert "mapping contacts: 1 records that were loaded are no longer in Daktela" in result.stdout
