"""A run of named records says which of them it did not find."""

from __future__ import annotations

import logging

import pytest

from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.testing import Sandbox
from tests.scenarios.oracle import alive
from tests.scenarios.scenario_runner import Runner, rewrite

NOBODY = "003000000009999AAA"
ELSEWHERE = "500000000009999AAA"


def test_ids_that_nobody_has_are_named_once(runner: Runner, sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    """By the mapping of their object, or by the first of the run; in the log, the report and its line."""
    caplog.set_level(logging.WARNING)
    runner.run()
    contact, gone = (row["Id"] for row in alive(sandbox, "Contact")[:2])
    account = alive(sandbox, "Account")[0]["Id"]
    sandbox.salesforce.records.delete("Contact", gone)
    asked = (contact[:15], gone, account, NOBODY[:15], NOBODY, ELSEWHERE)
    reports = runner.run(RunRequest(mode=Mode.RECORDS, ids=asked))
    told = {name: report.not_found for name, report in reports.items()}
    assert told == {"accounts": (ELSEWHERE,), "contacts": (NOBODY,), "leads": (), "opportunities": ()}
    assert reports["contacts"].to_dict()["not_found"] == [NOBODY]
    assert reports["contacts"].summary().endswith(f"; not found in Salesforce: {NOBODY}")
    assert [record.getMessage() for record in caplog.records if "does not have" in record.getMessage()] == [
        f"accounts: Salesforce does not have, or not for this user: {ELSEWHERE}",
        f"contacts: Salesforce does not have, or not for this user: {NOBODY}",
    ]


def test_a_record_outside_the_filter_is_found(runner: Runner, sandbox: Sandbox) -> None:
    """It is there, so a run that names it does not call it missing."""
    contact = alive(sandbox, "Contact")[0]["Id"]
    rewrite(runner.folder / "contacts.yaml", "on_delete: keep", "on_delete: keep\nwhere: \"LastName = 'nobody'\"")
    request = RunRequest(mode=Mode.RECORDS, ids=(contact,), mappings=("contacts",))
    assert runner.run(request)["contacts"].not_found == ()
    sandbox.salesforce.records.hard_delete("Contact", contact)
    assert runner.run(request)["contacts"].not_found == (contact,)


def test_a_record_named_in_letters_of_another_case_is_read(runner: Runner, sandbox: Sandbox) -> None:
    """An Id of 18 characters tells by its suffix how it is spelled; nothing is missing."""
    contact = next(row["Id"] for row in alive(sandbox, "Contact") if row["Id"] != row["Id"].lower())
    asked = (contact.lower(), contact)
    report = runner.run(RunRequest(mode=Mode.RECORDS, ids=asked, mappings=("contacts",)))["contacts"]
    assert (report.extracted, report.not_found) == (1, ())
