"""``explain`` tells all about one record, and changes nothing."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.salesforce.conversion import convert
from sandbox.testing import Sandbox
from tests.cli.conftest import Terminal, answer
from tests.scenarios.oracle import alive
from tests.scenarios.scenario_runner import Runner, rewrite


def new_contact(sandbox: Sandbox, **values: object) -> str:
    row = {"FirstName": " Božena ", "LastName": "Němcová", "Email": "Bozena.Nemcova@Firma.CZ", **values}
    earlier = datetime.now(UTC) - timedelta(minutes=1)
    return sandbox.salesforce.records.create("Contact", row, at=earlier)


def test_a_record_that_was_never_loaded(terminal: Terminal, sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    """Its values, every transform's result, and the POST a run would send; nothing is written, no value is logged."""
    id_ = new_contact(sandbox)
    before = sandbox.daktela.count("contacts")
    with caplog.at_level(logging.DEBUG):
        (one,) = answer(terminal("explain", id_, "--json"))["explanations"]
    assert one["values"]["FirstName"] == " Božena "
    steps = {trace["target"]: trace["steps"] for trace in one["fields"]}
    assert steps["customFields.email"] == [
        ["source", "Bozena.Nemcova@Firma.CZ"],
        ["email", "Bozena.Nemcova@firma.cz"],
        ["lower", "bozena.nemcova@firma.cz"],
        ["result", "bozena.nemcova@firma.cz"],
    ]
    intention = one["intention"]
    assert (intention["outcome"], intention["verb"], intention["name"]) == ("created", "POST", f"sf_contact_{id_}")
    assert intention["body"]["customFields"]["email"] == ["bozena.nemcova@firma.cz"]
    assert (one["daktela"], one["entry"], one["history"], one["outcomes"]) == (None, None, [], [])
    assert sandbox.daktela.count("contacts") == before
    assert not any(text in caplog.text for text in ("Božena", "Němcová", "Nemcova"))


def test_a_loaded_record_and_its_next_change(terminal: Terminal, runner: Runner, sandbox: Sandbox) -> None:
    """Unchanged without a request at first, then the PUT with what changed, beside what Daktela holds."""
    id_ = new_contact(sandbox)
    runner.run()
    (one,) = answer(terminal("explain", id_[:15], "--json"))["explanations"]
    assert (one["intention"]["outcome"], one["intention"]["verb"]) == ("unchanged", "")
    assert (one["daktela"]["lastname"], one["entry"]["state"]) == ("Němcová", "live")
    assert "created as sf_contact_" in one["history"][-1][1]
    sandbox.salesforce.records.update("Contact", id_, {"LastName": "Panklová"})
    (one,) = answer(terminal("explain", id_, "--json"))["explanations"]
    assert (one["intention"]["outcome"], one["intention"]["verb"]) == ("updated", "PUT")
    assert (one["intention"]["body"]["lastname"], one["daktela"]["lastname"]) == ("Panklová", "Němcová")
    different = {each["path"]: (each["sent"], each["held"]) for each in one["compared"] if each["how"]}
    assert different["lastname"] == ("Panklová", "Němcová")
    assert [(each["outcome"], each["code"]) for each in one["outcomes"]] == [("created", "")]


def test_a_record_that_would_be_rejected(terminal: Terminal, sandbox: Sandbox) -> None:
    """Exit code 1, the field and the code."""
    id_ = new_contact(sandbox, Email="nobody at all")
    (one,) = answer(terminal("explain", id_, "--json"), 1)["explanations"]
    assert one["intention"]["outcome"] == "rejected"
    assert "customFields.email: email_invalid" in one["intention"]["why"]
    assert {t["target"]: t["problem"] for t in one["fields"]}["customFields.email"] == "email_invalid"


def test_a_parent_is_named_or_waited_for(terminal: Terminal, runner: Runner, sandbox: Sandbox) -> None:
    """The reference's value in Salesforce, and the name that Daktela gets once the parent is there."""
    parent = str(alive(sandbox, "Account")[0]["Id"])
    id_ = new_contact(sandbox, AccountId=parent)

    def account() -> dict[str, object]:
        (one,) = answer(terminal("explain", id_, "--json"))["explanations"]
        return next(each for each in one["references"] if each["target"] == "account")

    assert account() == {"target": "account", "to": "accounts", "value": parent, "name": "", "waits": True}
    runner.run()
    assert account() == {**account(), "name": f"sf_account_{parent}", "waits": False}


def test_departures_name_their_policy(terminal: Terminal, runner: Runner, sandbox: Sandbox) -> None:
    """Deleted, outside the filter, and never there at all."""
    id_ = new_contact(sandbox)
    rewrite(runner.folder / "contacts.yaml", "fields:", "where: \"LastName != 'Němcová'\"\nfields:")
    (one,) = answer(terminal("explain", id_, "--json"))["explanations"]
    assert one["intention"]["why"].startswith("does not pass where; on_filter_exit: keep")
    sandbox.salesforce.records.delete("Contact", id_)
    (one,) = answer(terminal("explain", id_, "--json"))["explanations"]
    assert one["intention"]["why"].startswith("deleted in Salesforce; on_delete: keep; it was never loaded")
    sandbox.salesforce.records.hard_delete("Contact", id_)
    (one,) = answer(terminal("explain", id_, "--json"), 1)["explanations"]
    assert one["intention"]["why"] == "Salesforce does not have it, or not for this user"


def test_people_get_tables(terminal: Terminal, runner: Runner, sandbox: Sandbox) -> None:
    """Every part has its title; a value cannot steer the terminal."""
    id_ = new_contact(sandbox, Title="\x1b[31mred")
    runner.run()
    shown = terminal("explain", id_).stdout
    for title in ("Salesforce", "fields", "Daktela holds", "both", "ledger", "history", "runs"):
        assert f"sync default, mapping contacts: {title}" in shown
    assert ("\x1b" in shown, "a run would now: unchanged" in shown) == (False, True)


PRIVATE = ("Božena", "Nemcov", "Němcov", "602", "Tajemství", "Praha", "firma")


def test_a_record_becomes_a_test_that_passes_and_holds_nothing_of_it(
    terminal: Terminal, runner: Runner, sandbox: Sandbox
) -> None:
    """Its parent is known and its owner has a login; the invented values take the same way through the mapping."""
    parent = str(alive(sandbox, "Account")[0]["Id"])
    runner.run()
    id_ = new_contact(
        sandbox, AccountId=parent, MobilePhone="602 777 888", Phone="nobody", Description="<b>Tajemství</b><br>z Prahy"
    )
    text = terminal("explain", id_, "--as-test").stdout
    for private in (*PRIVATE, id_[3:15], parent[3:15], "Prahy"):
        assert private not in text
    assert "The record itself comes out otherwise" not in text
    (runner.folder / "tests" / "contacts.yaml").write_text(text)
    (sync,) = answer(terminal("test", "--json"))["syncs"]
    (found,) = [test for test in sync["tests"] if test["mapping"] == "contacts"]
    assert found["name"] == "a record of contacts"
    for line in ("      account: sf_account_001", "      customFields.number: [", "    dropped: 1", "    parents:"):
        assert line in text
    (told,) = answer(terminal("explain", id_, "--as-test", "--json"))["tests"]
    assert (told["mapping"], told["file"]) == ("contacts", str(runner.folder / "tests" / "contacts.yaml"))


def test_tests_are_written_of_rejects_of_waiting_records_and_of_converted_leads(
    terminal: Terminal, runner: Runner, sandbox: Sandbox
) -> None:
    """Each passes as it is written."""
    parent = str(alive(sandbox, "Account")[0]["Id"])
    wrong = new_contact(sandbox, Email="nobody at all")
    waiting = new_contact(sandbox, AccountId=parent)
    lead = str(next(row["Id"] for row in alive(sandbox, "Lead") if not row["IsConverted"]))
    convert(sandbox.salesforce.records, lead)
    for id_, line in (
        (wrong, "    problems: {customFields.email: email_invalid}"),
        (waiting, "    waits: [account]"),
        (lead, '    becomes: {contacts: "003000000000'),
    ):
        text = terminal("explain", id_, "--as-test").stdout
        assert line in text
        mapping = "leads" if id_ == lead else "contacts"
        (runner.folder / "tests" / f"{mapping}.yaml").write_text(text)
        assert terminal("test").exit_code == 0, terminal("test").stdout


def test_every_record_of_the_sandbox_becomes_a_test_that_passes(
    terminal: Terminal, runner: Runner, sandbox: Sandbox
) -> None:
    """Of each mapping three."""
    for mapping in runner.spec.mappings:
        for row in alive(sandbox, mapping.sobject)[:3]:
            text = terminal("explain", str(row["Id"]), "--as-test").stdout
            (runner.folder / "tests" / f"{mapping.name}.yaml").write_text(text)
            result = terminal("test")
            assert result.exit_code == 0, result.stdout
            assert "The record itself comes out otherwise" not in text


def test_an_object_that_is_not_mapped(terminal: Terminal, sandbox: Sandbox) -> None:
    """Exit code 1."""
    owner = alive(sandbox, "Account")[0]["OwnerId"]
    assert answer(terminal("explain", owner, "--json"), 1)["explanations"] == []
    assert "no mapping reads the object of this Id" in terminal("explain", owner).stdout
