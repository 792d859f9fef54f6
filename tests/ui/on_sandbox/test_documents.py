"""A mapping as a document: what a page changes of it is what changes in the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.ui.on_sandbox.conftest import BASE, CONTACTS, Fetch

HOSTILE = '<img src=x onerror="alert(1)">'

pytestmark = pytest.mark.usefixtures("sales")


def row(document: dict[str, Any], target: str) -> dict[str, Any]:
    (found,) = [each for each in document["form"]["rows"] if each["target"] == target]
    return dict(found)


def put(fetch: Fetch, document: dict[str, Any], path: str = CONTACTS) -> Any:
    body = {name: document[name] for name in ("version", "file", "form")}
    return fetch(f"{path}/document", method="PUT", json=body)


def draft_text(sync: str, name: str) -> str:
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

    from salesforce_daktela.ui.drafting import open_draft

    return open_draft(sync, SimpleAuthManagerUser(username="a user", role="user")).texts[name]


def test_a_document_tells_the_form_and_the_draft(fetch: Fetch, sales: Path) -> None:
    """Of a file that nobody has changed."""
    document = fetch(f"{CONTACTS}/document").json()
    rule = {"keys": [["from", "FirstName"], ["transforms", ["trim"]]]}
    assert row(document, "firstname") == {"target": "firstname", "origin": "firstname", "rule": rule}
    assert document["problems"] == document["elsewhere"] == []
    assert (document["can_undo"], document["can_redo"], document["unsaved"]) == (False, False, False)
    assert document["mappings"][0] == {"name": "accounts", "sobject": "Account", "entity": "accounts"}
    assert [each["name"] for each in document["mappings"]] == ["accounts", "contacts", "leads", "opportunities"]
    assert (sales / "contacts.yaml").read_text() == draft_text("sales", "contacts.yaml")


def test_sending_the_form_back_changes_nothing(fetch: Fetch, sales: Path) -> None:
    """It is no step, and there is nothing to save."""
    document = fetch(f"{CONTACTS}/document").json()
    again = put(fetch, document).json()
    assert again == document
    assert draft_text("sales", "contacts.yaml") == (sales / "contacts.yaml").read_text()


def test_one_change_is_one_line_of_the_draft_and_can_be_undone(fetch: Fetch, sales: Path) -> None:
    """The folder's file stays as it is."""
    document = fetch(f"{CONTACTS}/document").json()
    row(document, "firstname")["rule"]["keys"][0][1] = "Nickname"
    changed = put(fetch, document).json()
    assert (changed["unsaved"], changed["can_undo"]) == (True, True)
    before, after = (sales / "contacts.yaml").read_text(), draft_text("sales", "contacts.yaml")
    differing = [(old, new) for old, new in zip(before.splitlines(), after.splitlines(), strict=True) if old != new]
    assert differing == [
        ("  firstname: {from: FirstName, transforms: [trim]}", "  firstname: {from: Nickname, transforms: [trim]}")
    ]
    undone = fetch(f"{BASE}/undo", method="POST", json={"version": changed["version"]}).json()
    assert (undone["unsaved"], undone["can_undo"], undone["can_redo"]) == (False, False, True)
    assert draft_text("sales", "contacts.yaml") == before
    fetch(f"{BASE}/redo", method="POST", json={"version": undone["version"]})
    assert draft_text("sales", "contacts.yaml") == after


def test_problems_stand_at_their_row_and_key(fetch: Fetch) -> None:
    """Also of rows that are missing; those of other files are apart."""
    document = fetch(f"{CONTACTS}/document").json()
    document["form"]["rows"] = [each for each in document["form"]["rows"] if each["target"] != "title"]
    row(document, "customFields.number")["rule"]["keys"][1][1] = ["uniqe"]
    document["form"]["settings"]["keys"].append(["on_gone", "maybe"])
    row(document, "account")["rule"]["keys"][0][1] = ["nobody"]
    found = put(fetch, document).json()["problems"]
    places = {(each["target"], each["key"]): each for each in found}
    assert set(places) == {
        ("title", None),
        ("customFields.number", "transforms"),
        (None, "on_gone"),
        ("account", "lookup"),
    }
    wrong = places["customFields.number", "transforms"]
    assert "unknown transform uniqe" in wrong["what"]
    assert "did you mean unique" in wrong["advice"]
    assert draft_text("sales", "contacts.yaml").splitlines()[wrong["line"] - 1].startswith("  customFields.number:")
    elsewhere = fetch(f"{BASE}/map/leads/document").json()["elsewhere"]
    assert {each["file"] for each in elsewhere} == {"contacts.yaml"}


def test_a_file_that_cannot_be_read_is_told(fetch: Fetch, sales: Path) -> None:
    """There is no form, and its problem has a line."""
    (sales / "contacts.yaml").write_text("fields: {title: [\n")
    document = fetch(f"{CONTACTS}/document").json()
    assert document["form"] is None
    assert document["problems"][0]["line"] >= 1
    assert document["mappings"][1] == {"name": "contacts", "sobject": "", "entity": None}


def test_a_change_that_arrives_twice_is_kept_once(fetch: Fetch) -> None:
    """A page that was left before it heard the answer sends its change again."""
    document = fetch(f"{CONTACTS}/document").json()
    row(document, "firstname")["rule"]["keys"][0][1] = "Nickname"
    kept, again = put(fetch, document), put(fetch, document)
    assert again.status_code == 200
    assert again.json() == kept.json()


def test_another_window_gets_what_is_there_now(fetch: Fetch) -> None:
    """With its version, so that it can go on from there."""
    document = fetch(f"{CONTACTS}/document").json()
    row(document, "firstname")["rule"]["keys"][0][1] = "Nickname"
    assert put(fetch, document).status_code == 200
    row(document, "firstname")["rule"]["keys"][0][1] = "FirstName"
    refused = put(fetch, document)
    assert refused.status_code == 409
    assert refused.json()["detail"]
    assert refused.json()["form"] == fetch(f"{CONTACTS}/document").json()["form"]
    assert put(fetch, {**refused.json(), "form": document["form"]}).status_code == 200
    assert fetch(f"{BASE}/undo", method="POST", json={"version": 0}).status_code == 409


def test_what_somebody_saves_meanwhile_is_not_taken_back(fetch: Fetch, sales: Path) -> None:
    """A page that still shows the file before is told, also before it has a draft of its own."""
    document = fetch(f"{CONTACTS}/document").json()
    text = (sales / "contacts.yaml").read_text()
    saved = text.replace("firstname: {from: FirstName,", "firstname: {from: Nickname,")
    (sales / "contacts.yaml").write_text(saved)
    row(document, "lastname")["rule"]["keys"][0][1] = "MiddleName"
    refused = put(fetch, document)
    assert refused.status_code == 409
    assert row(refused.json(), "firstname")["rule"]["keys"][0][1] == "Nickname"
    assert draft_text("sales", "contacts.yaml") == saved


def test_a_draft_begun_anew_is_not_taken_for_the_one_before(fetch: Fetch) -> None:
    """Its versions are counted from one again: a page of the one before is told all the same."""
    document = fetch(f"{CONTACTS}/document").json()
    row(document, "firstname")["rule"]["keys"][0][1] = "Nickname"
    before = put(fetch, document).json()
    fetch(f"{BASE}/draft/discard", method="POST", json={"version": before["version"]})
    row(document, "firstname")["rule"]["keys"][0][1] = "MiddleName"
    put(fetch, document)
    row(before, "lastname")["rule"]["keys"][0][1] = "MiddleName"
    assert put(fetch, before).status_code == 409


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"rows": []}, "settings is missing"),
        ({"settings": {"keys": [[HOSTILE, 1]]}, "rows": []}, "there is no key"),
        ({"settings": {"keys": []}, "rows": [{"target": "a", "origin": None, "rule": {"keys": [["x", 1]]}}]}, "'x'"),
    ],
)
def test_what_no_file_can_say_is_refused(form: dict[str, Any], said: str, fetch: Fetch, sales: Path) -> None:
    """Whoever sends it."""
    refused = put(fetch, {"version": 0, "file": "", "form": form})
    assert refused.status_code == 422
    assert said in refused.json()["detail"]
    assert draft_text("sales", "contacts.yaml") == (sales / "contacts.yaml").read_text()


def test_two_rows_of_one_field_are_refused(fetch: Fetch) -> None:
    """A file cannot say it."""
    document = fetch(f"{CONTACTS}/document").json()
    document["form"]["rows"].append({"target": "title", "origin": None, "rule": {"keys": [["from", ["Name"]]]}})
    refused = put(fetch, document)
    assert refused.status_code == 422
    assert "stands in two rows" in refused.json()["detail"]


@pytest.mark.parametrize("mapping", ["nobody", "sync", "..", "%2e%2e"])
def test_a_mapping_that_is_not_there_is_not_found(mapping: str, fetch: Fetch) -> None:
    """A name is never a path."""
    assert fetch(f"{BASE}/map/{mapping}/document").status_code == 404


def test_what_a_file_holds_is_json(fetch: Fetch, sales: Path) -> None:
    """A page that shows it as text is safe."""
    file = sales / "contacts.yaml"
    file.write_text(file.read_text().replace('default: "(no name)"}', f"default: '{HOSTILE}'}}", 1))
    reply = fetch(f"{CONTACTS}/document")
    assert reply.headers["content-type"] == "application/json"
    assert HOSTILE in str(row(reply.json(), "title"))
