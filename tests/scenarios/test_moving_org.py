"""What moves while nobody stamps it, and what moves while it is read."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.testing import Sandbox
from tests.scenarios.oracle import alive, loaded_names
from tests.scenarios.scenario_runner import Runner, counts, rewrite

CONTACTS = RunRequest(mappings=("accounts", "contacts"))
ALONE = RunRequest(mappings=("contacts",))


def after_replies(runner: Runner, act: Callable[[requests.Response], bool]) -> None:
    """Let somebody act after a reply of Salesforce, once: ``act`` tells whether this reply was the one."""
    done: list[bool] = []

    def look(reply: requests.Response, **_: Any) -> None:
        if not done and act(reply):
            done.append(True)

    runner.salesforce._network.session.hooks["response"].append(look)


def employers(sandbox: Sandbox) -> dict[str, set[str]]:
    """Accounts with the contacts they have."""
    found: dict[str, set[str]] = {}
    for row in alive(sandbox, "Contact"):
        if row["AccountId"]:
            found.setdefault(row["AccountId"], set()).add(row["Id"])
    return found


def filter_contacts(runner: Runner, where: str, on_exit: str) -> None:
    (runner.folder / "contacts.yaml").write_text(
        'salesforce: Contact\ndaktela: contacts\nkey: "sf_contact_{Id}"\n'
        f'where: "{where}"\non_filter_exit: {on_exit}\nreread: 1s\n'
        "fields: {title: {from: LastName, default: nobody}, lastname: {from: LastName, default: nobody}}\n"
    )


@pytest.mark.parametrize(("policy", "outcome"), [("delete", "removed"), ("keep", "kept")])
def test_a_reread_brings_who_enters_and_who_leaves_a_filter_on_a_parent(
    runner: Runner, sandbox: Sandbox, policy: str, outcome: str
) -> None:
    """Renaming the parent moves no stamp of the child: the first run after the pause sees both."""
    filter_contacts(runner, "Account.Name LIKE 'Klient%'", policy)
    left, entered, *_ = employers(sandbox).items()
    sandbox.salesforce.records.update("Account", left[0], {"Name": "Klient A"})
    assert counts(runner.run(CONTACTS))["contacts"]["created"] == len(left[1])
    sandbox.salesforce.records.update("Account", left[0], {"Name": "Nikdo"})
    sandbox.salesforce.records.update("Account", entered[0], {"Name": "Klient B"})
    sandbox.salesforce.switch(clock_skew_seconds=20.0)
    report = runner.run(ALONE)["contacts"]
    assert report.since is None
    assert dict(report.outcomes) == {"created": len(entered[1]), outcome: len(left[1])}
    there = {f"sf_contact_{id_}" for id_ in (left[1] | entered[1] if policy == "keep" else entered[1])}
    assert loaded_names(sandbox, "Contact") == there
    sandbox.salesforce.records.update("Account", left[0], {"Name": "Klient A"})
    sandbox.salesforce.switch(clock_skew_seconds=40.0)
    assert sum(runner.run(ALONE)["contacts"].outcomes.values()) == len(left[1] | entered[1])
    assert loaded_names(sandbox, "Contact") == {f"sf_contact_{id_}" for id_ in left[1] | entered[1]}


def day(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


@pytest.mark.parametrize(("policy", "outcome"), [("delete", "removed"), ("keep", "kept")])
@pytest.mark.parametrize(
    ("where", "field", "inside", "outside", "days"),
    [
        ("Skore__c > 1000000", "Body__c", 1_000_000, -1_000_000, 0),
        ("Birthdate = LAST_N_DAYS:30", "Birthdate", day(-28), day(2), 5),
    ],
    ids=["formula", "relative date"],
)
def test_a_reread_brings_who_enters_and_who_leaves_without_an_edit(
    runner: Runner,
    sandbox: Sandbox,
    before_now: datetime,
    policy: str,
    outcome: str,
    where: str,
    field: str,
    inside: Any,
    outside: Any,
    days: int,
) -> None:
    """An administrator edits the formula, or the days pass: no record has a new stamp."""
    leaves, enters, *_ = (row["Id"] for row in alive(sandbox, "Contact"))
    sandbox.salesforce.records.update("Contact", leaves, {field: inside}, at=before_now)
    sandbox.salesforce.records.update("Contact", enters, {field: outside}, at=before_now)
    filter_contacts(runner, where, policy)
    assert counts(runner.run(CONTACTS))["contacts"] == {"created": 1}
    assert loaded_names(sandbox, "Contact") == {f"sf_contact_{leaves}"}
    if not days:
        sandbox.salesforce.records.set_formula_factor("Contact.Skore__c", -1.5)
    sandbox.salesforce.switch(clock_skew_seconds=days * 86_400.0 + 20)
    report = runner.run(ALONE)["contacts"]
    assert report.since is None
    assert dict(report.outcomes) == {"created": 1, outcome: 1}
    there = {leaves, enters} if policy == "keep" else {enters}
    assert loaded_names(sandbox, "Contact") == {f"sf_contact_{id_}" for id_ in there}


@pytest.mark.parametrize("bulk_above", [0, 2000], ids=["bulk", "rest"])
def test_a_record_edited_between_two_queries_has_one_outcome(
    runner: Runner, sandbox: Sandbox, before_now: datetime, bulk_above: int
) -> None:
    """The window held it, and as a record to be read again it comes once more: the newer row is loaded."""
    rewrite(runner.folder / "sync.yaml", "lag: 0s}", f"lag: 0s, bulk_above: {bulk_above}}}")
    rewrite(runner.folder / "contacts.yaml", "on_delete: keep", "on_delete: keep\nreread: never")
    runner.run(CONTACTS)
    edited, other = (row["Id"] for row in alive(sandbox, "Contact")[-2:])
    for id_ in (edited, other):
        sandbox.salesforce.records.update("Contact", id_, {"LastName": "Starší"}, at=before_now)
    runner.ledger.rereads.ask("default", "contacts", [edited], datetime.now(UTC))

    def edit(reply: requests.Response) -> bool:
        whole = "/results" in str(reply.url) or (
            "SystemModstamp" in str(reply.url) and "FROM+Contact" in str(reply.url)
        )
        if not whole or "COUNT" in str(reply.url):
            return False
        moment = datetime.now(UTC) + timedelta(seconds=5)
        sandbox.salesforce.records.update("Contact", edited, {"LastName": "Novější"}, at=moment)
        return True

    after_replies(runner, edit)
    report = runner.run(CONTACTS)["contacts"]
    assert (report.extracted, sum(report.outcomes.values()), report.failure) == (2, 2, "")
    entry = runner.ledger.records.read("default", "contacts", [edited])[edited]
    held = sandbox.daktela.get("contacts", entry.name)
    assert held is not None
    assert held.values["lastname"] == "Novější"


def test_a_record_committed_late_between_two_halves_has_one_outcome(
    runner: Runner, sandbox: Sandbox, before_now: datetime
) -> None:
    """The first half showed it as it was, the second one as it is: the newer row is loaded."""
    sandbox.salesforce.switch(query_timeout_days=400.0, bulk_refused=("*",))
    edited: list[str] = []

    def edit(reply: requests.Response) -> bool:
        rows = json.loads(reply.text).get("records") if "/queryAll" in str(reply.url) and reply.ok else None
        if not rows:
            return False
        edited.append(rows[0]["Id"])
        sandbox.salesforce.records.update("Account", rows[0]["Id"], {"Name": "Novější"}, at=before_now)
        return True

    after_replies(runner, edit)
    everybody = len(alive(sandbox, "Account"))
    report = runner.run(RunRequest(mappings=("accounts",)))["accounts"]
    assert (report.extracted, dict(report.outcomes)) == (everybody, {"created": everybody})
    held = sandbox.daktela.get("accounts", f"sf_account_{edited[0]}")
    assert held is not None
    assert held.values["title"] == "Novější"


@pytest.mark.parametrize("bulk_above", [0, 2000], ids=["bulk", "rest"])
@pytest.mark.parametrize("policy", ["delete", "mark"])
def test_a_record_committed_late_behind_the_rows_has_not_left_the_filter(
    runner: Runner, sandbox: Sandbox, bulk_above: int, policy: str
) -> None:
    """The list of changed Ids shows it and the rows do not: its object stays, and the next run writes the change."""
    rewrite(runner.folder / "sync.yaml", "lag: 0s}", f"lag: 0s, bulk_above: {bulk_above}, overlap: 0s}}")
    asked = f'on_delete: keep\non_filter_exit: {policy}\nmark: {{customFields.note: "pryč"}}\nreread: never'
    rewrite(runner.folder / "leads.yaml", "on_delete: keep", asked)
    runner.run()
    edited, leaves, other = (row["Id"] for row in alive(sandbox, "Lead")[:3])
    sandbox.salesforce.switch(clock_skew_seconds=120.0)
    for id_, values in ((leaves, {"IsConverted": True}), (other, {"LastName": "Jiná"})):
        sandbox.salesforce.records.update("Lead", id_, values)
    sandbox.salesforce.switch(clock_skew_seconds=240.0)

    def edit(reply: requests.Response) -> bool:
        whole = "/results" in str(reply.url) or "LastName" in str(reply.url)
        if whole:
            moment = datetime.now(UTC) + timedelta(seconds=120)
            sandbox.salesforce.records.update("Lead", edited, {"LastName": "Pozdní"}, at=moment)
        return whole

    after_replies(runner, edit)
    only = RunRequest(mappings=("leads",))
    assert dict(runner.run(only)["leads"].outcomes) == {"updated": 1, "removed": 1}
    held = sandbox.daktela.get("contacts", f"sf_lead_{edited}")
    assert held is not None
    assert not held.custom.get("note")
    sandbox.salesforce.switch(clock_skew_seconds=300.0)  # a reading within the second of the asking is no later one
    assert dict(runner.run(only)["leads"].outcomes) == {"updated": 1}
    held = sandbox.daktela.get("contacts", f"sf_lead_{edited}")
    assert held is not None
    assert held.values["lastname"] == "Pozdní"
    assert runner.run(only)["leads"].outcomes == {}
    assert runner.ledger.rereads.read("default", "leads") == []


def test_a_record_that_left_the_filter_and_came_in_two_halves_departs_once(
    runner: Runner, sandbox: Sandbox, before_now: datetime
) -> None:
    """It was edited once more, and committed late, after the first half had shown it."""
    runner.run()
    left = alive(sandbox, "Lead")[0]["Id"]
    sandbox.salesforce.records.update("Lead", left, {"IsConverted": True}, at=datetime(2021, 1, 1, tzinfo=UTC))
    sandbox.salesforce.switch(query_timeout_days=800.0, bulk_refused=("*",))

    def edit(reply: requests.Response) -> bool:
        listed = "FROM+Lead" in str(reply.url) and "LastName" not in str(reply.url) and reply.ok
        shown = listed and left in [row["Id"] for row in json.loads(reply.text)["records"]]
        if shown:
            sandbox.salesforce.records.update("Lead", left, {"LastName": "Pozdní"}, at=before_now)
        return shown

    after_replies(runner, edit)
    report = runner.run(RunRequest(mode=Mode.FULL, mappings=("leads",)))["leads"]
    assert (report.failure, sum(report.outcomes.values())) == ("", report.extracted)
    assert runner.run(RunRequest(mappings=("leads",)))["leads"].outcomes == {"kept": 1}
