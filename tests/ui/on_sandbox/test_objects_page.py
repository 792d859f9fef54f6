"""The step Objects: what the org has, and what becomes of the draft."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from sandbox.testing import Sandbox
from tests.ui.conftest import Ask
from tests.ui.on_sandbox.conftest import BASE, Fetch
from tests.ui.on_sandbox.test_documents import draft_text

PAGE = f"{BASE}/objects"
EMPTY = "salesforce_conn_id: salesforce_default\ndaktela_conn_id: daktela_default\ndatabase: sales\nmappings: []\n"
SHIPPED = ("Account", "Contact", "Lead", "Opportunity")


@pytest.fixture
def empty(mappings: Path, sandbox: Sandbox) -> Path:  # noqa: ARG001 its connections
    """A sync that loads nothing yet."""
    folder = mappings / "sales"
    folder.mkdir()
    (folder / "sync.yaml").write_text(EMPTY)
    return folder


def add(fetch: Fetch, *objects: tuple[str, str], version: int = 0) -> Any:
    body = {"version": version, "objects": [{"sobject": name, "becomes": what} for name, what in objects]}
    return fetch(PAGE, method="POST", json=body)


def page(ask: Ask, query: str = "", language: str = "en") -> str:
    return ask(f"{PAGE}{query}", role="user", headers={"Accept-Language": language}).text


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.usefixtures("sales")
def test_mapped_objects_stand_in_their_order(ask: Ask) -> None:
    """With what they become and how many records there are; each leads to its fields."""
    shown = page(ask)
    places = [shown.index(f"/syncs/sales/map/{name}") for name in ("accounts", "contacts", "leads", "opportunities")]
    assert places == sorted(places)
    assert "CRM contacts" in shown
    assert re.search(r"1 Account Account accounts.yaml CRM accounts \d+ fields? [\d,]+ Map fields", plain(shown))
    assert "Add the ready-made mappings" not in shown


@pytest.mark.usefixtures("sales")
def test_while_others_ask_the_mapped_objects_are_shown(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what the org would say is missing, and why."""
    from salesforce_daktela.ui import outside
    from salesforce_daktela.ui.objects import reading

    monkeypatch.setattr(outside, "TURN", 0.01)
    reading._orgs.forget(outside.mark_of("salesforce_default"))
    with outside.outside(), outside.outside():
        shown = page(ask)
    assert "/syncs/sales/map/contacts" in shown
    assert "other requests to Salesforce or Daktela are still waiting: try again" in plain(shown)


@pytest.mark.usefixtures("empty")
def test_an_empty_sync_offers_what_the_org_has(ask: Ask) -> None:
    """Those for which a mapping comes with this program first, then objects of the org's own."""
    shown = page(ask)
    assert "Nothing yet: add the first object below." in shown
    assert "Add the ready-made mappings: Account, Contact, Lead, Opportunity" in shown
    offered = re.findall(r'data-add="(\w+)"', shown)
    assert set(offered[:4]) == set(SHIPPED)
    assert offered[4].endswith("__c")
    assert not any(name.endswith(("History", "Share")) for name in offered)


@pytest.mark.usefixtures("empty")
def test_objects_are_searched_by_label_and_name(ask: Ask) -> None:
    """Accents and capitals aside; what does not exist is said."""
    assert re.findall(r'data-add="(\w+)"', page(ask, "?q=SMLOUV")) == ["Smlouva__c"]
    assert re.findall(r'data-add="(\w+)"', page(ask, "?q=opportunit"))[0] == "Opportunity"
    assert "No object fits" in page(ask, "?q=nothing+like+this")
    hostile = page(ask, "?q=%3Cimg%20src=x%3E")
    assert "&lt;img src=x&gt;" in hostile
    assert "<img" not in hostile


def test_one_click_adds_the_shipped_mappings(fetch: Fetch, ask: Ask, empty: Path) -> None:
    """In the order that works, as one step back; the folder is as it was."""
    added = add(fetch, *((name, "shipped") for name in reversed(SHIPPED))).json()
    assert added["added"] == ["accounts", "contacts", "leads", "opportunities"]
    assert added["left_out"] == {}
    assert draft_text("sales", "sync.yaml") == EMPTY.replace("[]", "[accounts, contacts, leads, opportunities]")
    assert [path.name for path in empty.iterdir()] == ["sync.yaml"]
    for name in added["added"]:
        document = fetch(f"{BASE}/map/{name}/document").json()
        assert (document["problems"], document["elsewhere"], document["unsaved"]) == ([], [], True)
        assert fetch(f"{BASE}/map/{name}/check").json()["problems"] == []
    undone = fetch(f"{BASE}/undo", method="POST", json={"version": added["version"]}).json()
    assert (undone["can_undo"], undone["unsaved"]) == (False, False)
    assert "Nothing yet" in page(ask)


@pytest.mark.usefixtures("empty")
def test_an_object_of_ones_own_becomes_a_record(fetch: Fetch) -> None:
    """With its references to what is mapped, after them; and it loads."""
    first = add(fetch, ("Smlouva__c", "crmRecords")).json()
    assert first["added"] == ["smlouva"]
    second = add(fetch, ("Account", "shipped"), version=first["version"]).json()
    assert "mappings: [accounts, smlouva]" in draft_text("sales", "sync.yaml")
    third = add(fetch, ("Smlouva__c", "crmRecords"), version=second["version"]).json()
    assert third["added"] == ["smlouva_2"]
    assert "account: {lookup: accounts, from: Ucet__c}" in draft_text("sales", "smlouva_2.yaml")
    assert fetch(f"{BASE}/map/smlouva_2/document").json()["problems"] == []
    (found,) = fetch(f"{BASE}/map/smlouva_2/check").json()["problems"]
    assert (found["target"], "no CRM record type smlouva_2" in found["what"]) == ("type", True)


@pytest.mark.usefixtures("empty")
def test_what_is_left_out_is_told(fetch: Fetch) -> None:
    """A contact without a mapping of accounts."""
    assert add(fetch, ("Contact", "shipped")).json()["left_out"] == {"contacts": ["account"]}


@pytest.mark.usefixtures("empty")
@pytest.mark.parametrize(
    ("objects", "said"),
    [
        ([("Nothing__c", "accounts")], "no object Nothing__c"),
        ([("User", "shipped")], "no mapping for it"),
        ([], "expected form"),
        ([("Account; DROP", "accounts")], "expected form"),
        ([("Account", "tickets")], "expected form"),
    ],
)
def test_what_cannot_be_added_is_refused(objects: list[tuple[str, str]], said: str, fetch: Fetch) -> None:
    """In words, and the draft is as it was."""
    refused = add(fetch, *objects)
    assert refused.status_code == 422
    assert said in refused.json()["detail"]
    assert draft_text("sales", "sync.yaml") == EMPTY
    assert add(fetch, ("Account", "shipped"), version=7).status_code == 409


@pytest.mark.usefixtures("sales")
def test_a_mapping_is_taken_out_after_what_follows_is_said(fetch: Fetch, ask: Ask) -> None:
    """What others look up stays until they do not."""
    shown = page(ask, "?remove=leads")
    assert "Take leads out of this sync?" in shown
    assert "It has not written any record." in shown
    assert 'data-remove="leads"' in shown
    removed = fetch(f"{PAGE}/remove", method="POST", json={"version": 0, "mapping": "leads"}).json()
    assert "mappings: [accounts, contacts, opportunities]" in draft_text("sales", "sync.yaml")
    assert "map/leads" not in page(ask)
    hindered = page(ask, "?remove=accounts")
    assert "contacts: account" in hindered
    assert 'data-remove="accounts"' not in hindered
    body = {"version": removed["version"], "mapping": "accounts"}
    assert fetch(f"{PAGE}/remove", method="POST", json=body).status_code == 422


@pytest.mark.usefixtures("sales")
def test_records_that_were_written_are_counted(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """They stay."""
    monkeypatch.setattr("salesforce_daktela.ui.objects.page.written_records", lambda *_: 1234)
    shown = page(ask, "?remove=leads")
    assert "1,234 records that it has written stay in Daktela as they are" in shown
    assert "1 234 záznamů" in page(ask, "?remove=leads", "cs").replace("\u00a0", " ")


@pytest.mark.usefixtures("sales")
def test_the_draft_is_shown_while_salesforce_cannot_be_asked(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the reason, and the way to the connections."""
    monkeypatch.delenv("AIRFLOW_CONN_SALESFORCE_DEFAULT")
    shown = page(ask)
    assert "Salesforce could not be asked for its objects" in shown
    assert "no such connection" in shown
    assert "map/accounts" in shown


@pytest.mark.usefixtures("sales")
def test_numbers_that_may_not_be_seen_are_left_out(ask: Ask, sandbox: Sandbox) -> None:
    """The objects are there all the same."""
    sandbox.salesforce.switch(limits_forbidden=True)
    try:
        assert re.findall(r'data-add="(\w+)"', page(ask, "?fresh=1&q=smlouva")) == ["Smlouva__c"]
    finally:
        sandbox.salesforce.switch(limits_forbidden=False)
        page(ask, "?fresh=1")


def test_2000_objects_are_shown_in_part() -> None:
    """The others are found by searching; hostile labels are text."""
    from salesforce_daktela.salesforce.schema.org_objects import OrgObject
    from salesforce_daktela.ui.objects.view import show_offer
    from salesforce_daktela.ui.wording import Language, words_in

    objects = [
        OrgObject(name=f"Object_{n}__c", label=f"Objekt {n}", custom=True, technical=n % 2 == 0) for n in range(2000)
    ]
    counts = {f"Object_{n}__c": n for n in range(2000)}

    def offered(wanted: str, *, technical: bool = False) -> Any:
        words = words_in(Language.ENGLISH)
        return show_offer(objects, counts, {}, (), wanted=wanted, technical=technical, words=words)

    assert (len(offered("").rows), offered("").more) == (50, "950 more objects: search for them.")
    assert offered("").rows[0].name == "Object_1999__c"
    assert offered("", technical=True).more == "1,950 more objects: search for them."
    assert offered("objekt 77").rows[0].name == "Object_77__c"
    assert offered("object_1999").rows[0].records == "1,999"


@pytest.mark.usefixtures("sales")
def test_what_an_org_calls_its_objects_is_text(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever may name an object there."""
    from datetime import UTC, datetime

    from salesforce_daktela.salesforce.schema.org_objects import OrgObject
    from salesforce_daktela.ui.kept import Read
    from salesforce_daktela.ui.objects import page as module
    from salesforce_daktela.ui.objects.reading import Org

    label = '<img src=x onerror="alert(1)">"\u202e'
    objects = (OrgObject(name="Account", label=label, custom=False, technical=False),)
    org = Read(Org(objects=objects, counts={}), datetime.now(UTC))
    monkeypatch.setattr(module, "read_org", lambda *_, **__: org)
    shown = page(ask)
    assert "<img" not in shown
    assert "&lt;img src=x onerror=" in shown
    assert f'<bdi class="name">{label.replace("<", "&lt;")[:7]}' in shown
