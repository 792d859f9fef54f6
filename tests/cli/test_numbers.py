"""``numbers`` tells whom a call would find, and names no value."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.testing import Sandbox
from tests.cli.conftest import Terminal, answer
from tests.scenarios.oracle import alive
from tests.scenarios.scenario_runner import Runner


def contact(sandbox: Sandbox, **values: object) -> str:
    earlier = datetime.now(UTC) - timedelta(minutes=1)
    return sandbox.salesforce.records.create("Contact", {"LastName": "Nová", **values}, at=earlier)


def test_shared_numbers_and_missing_ones_are_told_by_id(
    terminal: Terminal, sandbox: Sandbox, runner: Runner, caplog: pytest.LogCaptureFixture
) -> None:
    """However a number is written; nothing is written to Daktela, and no value is told or logged."""
    first = contact(sandbox, Phone="602 111 222", Email="Eva@nova.example")
    second = contact(sandbox, MobilePhone="+420602111222", Email="eva@nova.example")
    nobody, wrong = contact(sandbox), contact(sandbox, Phone="ask at the desk")
    deleted = contact(sandbox, Phone="602 111 222")
    sandbox.salesforce.records.delete("Contact", deleted)
    before = len(sandbox.daktela.records("contacts"))
    with caplog.at_level(logging.DEBUG):
        result = terminal("numbers", "default", "--json")
    found = answer(result)
    groups = [(group["kind"], {id_ for _, id_ in group["ids"]}) for group in found["shared"]]
    assert ("number", {first, second}) in groups
    assert ("address", {first, second}) in groups
    told = {mapping["mapping"]: mapping for mapping in found["mappings"]}
    assert list(told) == ["accounts", "contacts", "leads"]
    assert told["contacts"]["records"] == len(alive(sandbox, "Contact"))
    assert wrong in told["contacts"]["undialled"]["ids"]
    assert {nobody, wrong} <= set(told["contacts"]["unreachable"]["ids"])
    with_contacts = {row["AccountId"] for row in alive(sandbox, "Contact")}
    alone = sorted(row["Id"] for row in alive(sandbox, "Account") if row["Id"] not in with_contacts)
    assert found["accounts_alone"]["records"] == len(alone)
    assert 0 < found["recognised"]["contacts"] < 1
    assert len(sandbox.daktela.records("contacts")) == before
    assert runner.ledger.checkpoints.extractions("default") == []
    for text in (result.stdout, caplog.text):
        assert not any(value in text for value in ("602111222", "602 111", "nova.example", "the desk"))


def test_people_get_tables(terminal: Terminal) -> None:
    shown = terminal("numbers", "default").stdout
    assert "of calls would be recognised" in shown
    assert "sync default: numbers and addresses" in shown
    assert "shared by several records:" in shown


def test_a_run_goes_on_as_before_after_it(terminal: Terminal, runner: Runner) -> None:
    """The watermark and what runs have seen stay."""
    runner.run()
    before = runner.ledger.watermarks.read("default", "contacts")
    assert terminal("numbers", "default").exit_code == 0
    assert runner.ledger.watermarks.read("default", "contacts") == before
    assert set(runner.run()["contacts"].outcomes) <= {"unchanged"}
