"""What both systems tell about a mapping of a draft."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from salesforce_daktela.sync.seen_schema import SeenSchema, Side
from sandbox.testing import Sandbox
from tests.ledger.examples import START, entry
from tests.ui.on_sandbox.conftest import BASE, CONTACTS, Fetch

pytestmark = pytest.mark.usefixtures("sales")


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def by(rows: list[dict[str, Any]], key: str) -> dict[str, dict[str, Any]]:
    return {row[key]: row for row in rows}


def test_both_systems_fields_are_offered(fetch: Fetch) -> None:
    """With what a person chooses by; what Daktela requires comes first."""
    told = fetch(f"{CONTACTS}/fields").json()
    salesforce, daktela = by(told["salesforce"]["fields"], "path"), by(told["daktela"]["fields"], "target")
    assert (salesforce["Email"]["type"], salesforce["Email"]["parent"]) == ("email", False)
    assert salesforce["Account"]["parent"]
    assert "MailingAddress" not in salesforce  # compounds have no value of their own
    assert salesforce["LeadSource"]["picklist"][0].keys() == {"value", "label"}
    assert [each["target"] for each in told["daktela"]["fields"] if each["required"]] == ["title", "lastname"]
    assert told["daktela"]["fields"][0]["required"]
    assert (daktela["title"]["length"], bool(daktela["title"]["meaning"])) == (255, True)
    assert daktela["customFields.email"]["type"] == "EMAIL"
    assert told["salesforce"]["read_at"]
    assert told["daktela"]["read_at"]


def test_types_of_records_are_offered(fetch: Fetch) -> None:
    """Under their titles; the documented stages, too."""
    daktela = by(fetch(f"{BASE}/map/opportunities/fields").json()["daktela"]["fields"], "target")
    assert "opportunity" in [each["value"] for each in daktela["type"]["options"]]
    assert [each["value"] for each in daktela["stage"]["options"]] == ["OPEN", "CLOSE"]


def test_parents_are_opened_one_by_one(fetch: Fetch) -> None:
    """With whole paths; an owner of several kinds has what all of them have."""
    account = by(fetch(f"{CONTACTS}/fields?parent=Account").json()["salesforce"]["fields"], "path")
    assert account["Account.Name"]["type"] == "string"
    assert account["Account.Owner"]["parent"]
    assert "Account.Owner.Email" in by(
        fetch(f"{CONTACTS}/fields?parent=Account.Owner").json()["salesforce"]["fields"], "path"
    )
    lead = by(fetch(f"{BASE}/map/leads/fields?parent=Owner").json()["salesforce"]["fields"], "path")
    assert "Owner.Email" in lead
    wrong = fetch(f"{CONTACTS}/fields?parent=Acount").json()["salesforce"]
    assert (wrong["fields"], wrong["read_at"]) == ([], None)
    assert "Account" in wrong["problem"]["advice"]


def test_fields_are_read_once_and_again_when_asked(fetch: Fetch) -> None:
    """The time says how old they are."""
    first = fetch(f"{CONTACTS}/fields").json()
    assert fetch(f"{CONTACTS}/fields").json() == first
    again = fetch(f"{CONTACTS}/fields?fresh=1").json()
    for side in ("salesforce", "daktela"):
        assert again[side]["read_at"] > first[side]["read_at"]
        assert again[side]["fields"] == first[side]["fields"]


def test_a_system_that_fails_does_not_take_the_other_away(fetch: Fetch, monkeypatch: pytest.MonkeyPatch) -> None:
    """Daktela's documented fields are known without it."""
    monkeypatch.delenv("AIRFLOW_CONN_DAKTELA_DEFAULT")
    told = fetch(f"{CONTACTS}/fields").json()
    assert told["salesforce"]["fields"]
    assert told["daktela"]["problem"]["what"] == "connection daktela_default: Airflow has no such connection"
    assert "on the page Connect" in told["daktela"]["problem"]["advice"]
    assert told["daktela"]["read_at"] is None
    assert {each["target"] for each in told["daktela"]["fields"]} == {
        "title", "firstname", "lastname", "account", "user", "description",
    }  # fmt: skip


def test_without_a_database_its_page_is_named(fetch: Fetch, sales: Path) -> None:
    """The step before this one."""
    change(sales / "sync.yaml", "database: sales\n", "")
    told = fetch(f"{CONTACTS}/fields").json()
    assert "no CRM database chosen" in told["daktela"]["problem"]["what"]


def test_a_record_shows_its_values_beside_the_fields(fetch: Fetch) -> None:
    """Any one, one by its Id, or one by its name; parents only as far as they are mapped."""
    found = fetch(f"{CONTACTS}/samples").json()
    assert found["values"]["LastName"] in found["record"]["label"]
    assert found["values"]["Owner.Email"]
    assert "attributes" not in found["values"]
    again = fetch(f"{CONTACTS}/samples?record={found['record']['id']}").json()
    assert again == found
    name = found["values"]["LastName"]
    named = fetch(f"{CONTACTS}/samples", method="POST", json={"record": name}).json()
    assert name in named["record"]["label"]
    nobody: dict[str, Any] = {"record": None, "values": {}}
    assert fetch(f"{CONTACTS}/samples?record=003000000000000AAA").json() == nobody
    refused = fetch(f"{CONTACTS}/samples?record=Novak")
    assert (refused.status_code, refused.json()["what"]) == (422, "this is no Salesforce Id")


def test_no_value_reaches_a_log(fetch: Fetch, caplog: pytest.LogCaptureFixture) -> None:
    """Nor an address of Salesforce's that a log may show."""
    caplog.set_level(logging.DEBUG)
    found = fetch(f"{CONTACTS}/samples").json()
    fetch(f"{CONTACTS}/samples", method="POST", json={"record": found["values"]["LastName"]})
    fetch(f"{CONTACTS}/count", method="POST", json={"where": f"LastName = '{found['values']['LastName']}'"})
    said = "\n".join(record.getMessage() for record in caplog.records)
    for value in (found["values"]["LastName"], found["values"]["Owner.Email"]):
        assert value not in said


@pytest.mark.parametrize("path", ["document", "samples", "fields", "suggestions", "check"])
def test_whoever_may_not_edit_the_dag_sees_nothing(path: str, fetch: Fetch) -> None:
    """Records have values, and so have the files' constants."""
    assert fetch(f"{CONTACTS}/{path}", role="viewer").status_code == 403


def test_a_filter_is_counted_as_it_is_typed(fetch: Fetch) -> None:
    """Without one, all records that are not deleted."""

    def count(where: str | None) -> Any:
        return fetch(f"{BASE}/map/leads/count", method="POST", json={"where": where}).json()

    everything = count(None)["count"]
    assert 0 < count("IsConverted = false")["count"] < everything
    assert count("IsConverted = fals")["key"] == "where"
    assert "closed" in count("Name = 'x")["what"]
    refused = fetch(f"{BASE}/map/leads/count", method="POST", json={"where": "Nothing__c = 1"})
    assert refused.status_code == 422
    assert "Nothing__c" in refused.json()["what"]


def test_the_shipped_mappings_fit(fetch: Fetch) -> None:
    """As the terminal's check says, too."""
    for name in ("accounts", "contacts", "leads", "opportunities"):
        found = fetch(f"{BASE}/map/{name}/check").json()
        assert (found["problems"], bool(found["read_at"])) == ([], True)


def test_what_does_not_fit_stands_at_its_row(fetch: Fetch, sales: Path) -> None:
    """Also while the loader still has something to say about other rows."""
    file = sales / "opportunities.yaml"
    change(file, "  title: {from: Name,", "  title: {from: Nam,")
    change(file, '"true": CLOSE', '"true": SHUT')
    change(file, "  type: {value: opportunity}\n", "")
    change(file, "user: {lookup: users, from: Owner.Email", "user: {lookup: nobody, from: Owner.Email")
    found = fetch(f"{BASE}/map/opportunities/check").json()["problems"]
    places = {each["target"]: each for each in found}
    assert set(places) == {"title", "stage"}
    assert "has no field Nam" in places["title"]["what"]
    assert "did you mean Name" in places["title"]["advice"]
    assert "does not offer the value SHUT" in places["stage"]["what"]


def test_an_object_that_is_not_there_is_a_problem_of_its_key(fetch: Fetch, sales: Path) -> None:
    """And of no row."""
    change(sales / "contacts.yaml", "salesforce: Contact", "salesforce: Contakt")
    (found,) = fetch(f"{CONTACTS}/check").json()["problems"]
    assert (found["target"], found["key"]) == (None, "salesforce")
    assert "no object Contakt" in found["what"]


def test_a_wrong_transform_for_the_type_is_found(fetch: Fetch, sales: Path) -> None:
    """Only the org knows its types."""
    change(
        sales / "contacts.yaml",
        "firstname: {from: FirstName, transforms: [trim]}",
        "firstname: {from: Birthdate, transforms: [trim]}",
    )
    (found,) = fetch(f"{CONTACTS}/check").json()["problems"]
    assert (found["target"], "takes text, but gets dates" in found["what"]) == ("firstname", True)


def test_a_warning_is_told_apart(fetch: Fetch, sales: Path) -> None:
    """It would not stop a run."""
    change(sales / "contacts.yaml", "{from: Email,", "{default: nobody, from: Email,")
    found = fetch(f"{CONTACTS}/check").json()["problems"]
    assert {each["severity"] for each in found} == {"warning"}


def test_a_system_that_does_not_answer_may_be_asked_again(
    fetch: Fetch, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within seconds."""
    from salesforce_daktela.ui import outside

    monkeypatch.setattr(outside, "PATIENCE", 0.01)
    sandbox.daktela.switch(without_result=1.0)
    try:
        assert fetch(f"{CONTACTS}/check").status_code == 503
    finally:
        sandbox.daktela.switch(without_result=0.0)


def test_suggestions_are_for_rows_that_are_not_there(fetch: Fetch, sales: Path) -> None:
    """What the shipped mapping says comes first; names and types say the rest, and each says why."""
    assert not {"title", "account"} & by(fetch(f"{CONTACTS}/suggestions").json()["rows"], "target").keys()
    file = sales / "contacts.yaml"
    text = file.read_text()
    kept = ("  title:", "  lastname:", "match:")
    lines = [line for line in text.splitlines() if not line.startswith("  ") or line.startswith(kept)]
    file.write_text("\n".join(line for line in lines if not line.startswith("match:")) + "\n")
    rows = by(fetch(f"{CONTACTS}/suggestions").json()["rows"], "target")
    assert not {"title", "lastname"} & rows.keys()
    assert rows["account"]["rule"] == {"keys": [["lookup", "accounts"], ["from", "AccountId"]]}
    assert rows["customFields.email"]["from"] == "Email"
    assert "comes with this program" in rows["customFields.email"]["why"]
    assert fetch(f"{CONTACTS}/check").json()["problems"] == []


def test_the_language_is_told(fetch: Fetch) -> None:
    """Transforms with their options, and the words of each key."""
    told = fetch(f"{BASE}/grammar?mapping=contacts").json()
    transforms = by(told["transforms"], "name")
    phone = by(transforms["phone"]["options"], "name")
    assert (transforms["phone"]["main"], transforms["phone"]["own"]) == ("region", False)
    assert phone["format"]["choices"] == ["e164", "international", "national", "00"]
    assert transforms["truncate"]["options"] == [
        {"name": "length", "type": "int", "required": True, "default": None, "choices": None}
    ]
    assert all(each["doc"] for each in told["transforms"])
    assert told["settings"]["on_delete"]["choices"] == ["keep", "mark", "delete"]
    assert told["rule"]["on_error"]["choices"] == ["reject", "drop"]
    assert told["lookups"] == ["users", "accounts"]


def test_a_model_other_than_that_of_the_memory_is_told_at_its_own_key(fetch: Fetch, sales: Path) -> None:
    """A run would look the records up where they are not."""
    from salesforce_daktela.ui.drafting import drafts_ledger  # Airflow is set up by then

    ledger = drafts_ledger()
    ledger.records.accept("sales", "leads", [entry(1)])
    ledger.schemas.save("sales", "leads", {Side.DAKTELA: SeenSchema(of="contacts of sales")}, START)
    assert fetch(f"{BASE}/map/leads/check").json()["problems"] == []
    text = (sales / "leads.yaml").read_text()
    lines = [line for line in text.splitlines() if not line.startswith(("becomes", "  firstname", "  lastname"))]
    (sales / "leads.yaml").write_text("\n".join(lines).replace("daktela: contacts", "daktela: accounts"))
    found = fetch(f"{BASE}/map/leads/check").json()["problems"][0]
    assert (found["key"], found["target"], found["severity"]) == ("daktela", None, "error")
    assert "written into contacts" in found["what"]
