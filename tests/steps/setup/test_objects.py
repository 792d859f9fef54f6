"""Objects added to a draft, and the order that is worked out."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesforce_daktela.mapping.editing.form import read_form
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.model import Entity
from salesforce_daktela.steps.setup.drafted import drafted_sync
from salesforce_daktela.steps.setup.objects import ChosenObject, add_mapping
from salesforce_daktela.steps.setup.offered_fields import OfferedField
from salesforce_daktela.steps.setup.shipped import FOLDER, starting_point

EMPTY = "# mine\nsalesforce_conn_id: salesforce_default\nmappings: []\n"
REFERS = {
    "Account": {"Account", "User"},
    "Contact": {"Account", "User"},
    "Lead": {"Contact", "Account"},
    "Opportunity": {"Account", "Contact"},
    "Smlouva__c": {"Account", "Contact"},
}
CONTRACT = (
    OfferedField(path="Id", label="Id", type="id"),
    OfferedField(path="Name", label="Číslo smlouvy", type="string", names_record=True),
    OfferedField(path="Ucet__c", label="Účet", type="reference", refers_to=("Account",)),
)
PERSON = (
    OfferedField(path="FirstName", label="First Name", type="string"),
    OfferedField(path="LastName", label="Last Name", type="string"),
)


def with_shipped(texts: dict[str, str], *sobjects: str) -> dict[str, str]:
    for sobject in sobjects:
        point = starting_point(sobject)
        assert point is not None
        chosen = ChosenObject(sobject=sobject, entity=point.spec.entity, fields=(), shipped=point)
        texts = {**texts, **add_mapping(texts, chosen, REFERS).texts}
    return texts


@pytest.mark.parametrize(
    "order", [("Account", "Contact", "Lead", "Opportunity"), ("Opportunity", "Lead", "Contact", "Account")]
)
def test_parents_come_first_however_they_were_chosen(order: tuple[str, ...]) -> None:
    """A mapping added later takes its place, and the rest of the file stays."""
    texts = with_shipped({"sync.yaml": EMPTY}, *order)
    listed = drafted_sync(texts).mappings
    assert set(listed) == {"accounts", "contacts", "leads", "opportunities"}
    assert listed[:2] == ("accounts", "contacts")
    assert texts["sync.yaml"].startswith(
        "# mine\nsalesforce_conn_id: salesforce_default\nmappings: [accounts, contacts"
    )


def test_shipped_mappings_come_as_they_are(tmp_path: Path) -> None:
    """In the right order nothing of them is left out, and they load."""
    texts = with_shipped({"sync.yaml": EMPTY}, "Account", "Contact", "Lead", "Opportunity")
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
        assert name == "sync.yaml" or text == (FOLDER / name).read_text()
    assert len(load_sync(tmp_path).mappings) == 4


def test_rows_that_need_a_mapping_that_is_not_there_are_left_out() -> None:
    """And said; comments stay."""
    point = starting_point("Contact")
    assert point is not None
    chosen = ChosenObject(sobject="Contact", entity=Entity.CONTACTS, fields=(), shipped=point)
    added = add_mapping({"sync.yaml": EMPTY}, chosen, REFERS)
    assert added.left_out == ("account",)
    lines = point.text.splitlines()
    assert added.texts["contacts.yaml"].splitlines() == [line for line in lines if not line.startswith("  account:")]


def test_rows_look_up_what_this_sync_calls_it() -> None:
    """The shipped mapping is called accounts; this one has another name."""
    texts = {"sync.yaml": "mappings: [firms]\n", "firms.yaml": "salesforce: Account\ndaktela: accounts\nfields: {}\n"}
    rows = {row.target: row for row in read_form(with_shipped(texts, "Contact")["contacts.yaml"]).rows}
    assert rows["account"].lookup == ("firms",)


def test_an_object_of_ones_own_begins_with_what_daktela_requires(tmp_path: Path) -> None:
    """And with its references to what is mapped; it loads at once."""
    texts = with_shipped({"sync.yaml": EMPTY}, "Account")
    chosen = ChosenObject(sobject="Smlouva__c", entity=Entity.CRM_RECORDS, fields=CONTRACT)
    added = add_mapping(texts, chosen, REFERS)
    assert added.name == "smlouva"
    for name, text in {**texts, **added.texts}.items():
        (tmp_path / name).write_text(text)
    mapping = load_sync(tmp_path).mapping("smlouva")
    assert [rule.target for rule in mapping.fields] == ["type", "title", "stage", "account", "description"]
    assert mapping.fields[3].lookup is not None
    assert mapping.key.pieces[0] == "sf_smlouva_"


@pytest.mark.parametrize("fields", [PERSON, CONTRACT])
def test_contacts_have_a_last_name(fields: tuple[OfferedField, ...], tmp_path: Path) -> None:
    """That of a person, or the record's name."""
    chosen = ChosenObject(sobject="Person__c", entity=Entity.CONTACTS, fields=fields)
    added = add_mapping({"sync.yaml": EMPTY}, chosen, {})
    for name, text in added.texts.items():
        (tmp_path / name).write_text(text)
    assert {"title", "lastname"} <= {rule.target for rule in load_sync(tmp_path).mapping("person").fields}


def test_a_second_mapping_of_an_object_has_names_of_its_own(tmp_path: Path) -> None:
    """Its file and its key differ, so its records do."""
    texts = with_shipped({"sync.yaml": EMPTY}, "Account", "Account")
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    spec = load_sync(tmp_path)
    assert {mapping.name for mapping in spec.mappings} == {"accounts", "accounts_2"}
    assert spec.mapping("accounts_2").key.pieces[0] == "sf_accounts_2_"


@pytest.mark.parametrize(
    ("sobject", "name"),
    [("User", "user"), ("users", "sf_users"), ("Sync", "sf_sync"), ("Preflight__c", "sf_preflight")],
)
def test_a_name_that_no_mapping_can_have_is_not_given(sobject: str, name: str) -> None:
    """``users`` are Daktela's, ``sync.yaml`` is the sync, and ``preflight`` is a task."""
    chosen = ChosenObject(sobject=sobject, entity=Entity.CONTACTS, fields=PERSON)
    assert add_mapping({}, chosen, {}).name == name


def test_a_draft_without_a_list_gets_one() -> None:
    """A new sync may begin with nothing."""
    chosen = ChosenObject(sobject="Smlouva__c", entity=Entity.CRM_RECORDS, fields=CONTRACT)
    assert add_mapping({}, chosen, {}).texts["sync.yaml"] == "mappings: [smlouva]\n"


def test_starting_points_are_the_shipped_mappings() -> None:
    """The package has them where the project's folder is not installed with it."""
    shipped = Path(__file__).resolve().parents[3] / "include" / "mappings" / "default"
    assert {path.name: path.read_bytes() for path in FOLDER.iterdir()} == {
        path.name: path.read_bytes() for path in shipped.glob("*.yaml")
    }
