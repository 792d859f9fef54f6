"""Suggestions by what is known of both systems' fields."""

from __future__ import annotations

import time
from typing import Any

import pytest

from salesforce_daktela.mapping.model import Entity
from salesforce_daktela.mapping.target import TargetField
from salesforce_daktela.steps.setup.alike import FieldName, likeness
from salesforce_daktela.steps.setup.offered_fields import Choice, OfferedField
from salesforce_daktela.steps.setup.suggesting import Ground, Suggestion, Why, suggest


def source(path: str, label: str = "", kind: str = "string", **more: Any) -> OfferedField:
    return OfferedField(path=path, label=label or path, type=kind, **more)


def target(name: str, title: str = "", kind: str = "TEXT") -> TargetField:
    return TargetField(path=f"customFields.{name}", title=title, type=kind)


def suggested(targets: list[TargetField], fields: list[OfferedField], **more: Any) -> dict[str, Suggestion]:
    found = suggest(Ground(targets=targets, fields=fields, **{"mapped": (), "before": {}, **more}))
    return {each.target.removeprefix("customFields."): each for each in found}


@pytest.mark.parametrize(
    ("daktela", "salesforce"),
    [
        ("Město", "Mesto__c"),
        ("Město", "BillingCity"),
        ("E-mail", "Email"),
        ("PSČ", "MailingPostalCode"),
        ("Telefon", "Phone"),
        ("Obor činnosti", "Obor_cinnosti__c"),
        ("Birthday", "Birthdate"),
        ("Contract number", "Číslo smlouvy"),
        ("Responsibile", "Responsible__c"),
    ],
)
def test_names_are_alike_in_both_languages(daktela: str, salesforce: str) -> None:
    """Without accents, with other endings, and inside longer names."""
    assert likeness([FieldName(daktela)], [FieldName(salesforce)]) > 0.75


@pytest.mark.parametrize(
    ("daktela", "salesforce"),
    [
        ("Number", "Number of employees"),
        ("Name", "Name of the mother"),
        ("Region", "Reason"),
        ("Web", "Photo URL"),
        ("", "Id"),
        ("___", "—"),
    ],
)
def test_names_that_share_little_are_not_alike(daktela: str, salesforce: str) -> None:
    """A word that many fields have says nothing."""
    assert likeness([FieldName(daktela)], [FieldName(salesforce)]) < 0.75


def test_the_same_name_is_told_from_a_similar_one() -> None:
    """By label or by API name; each Salesforce field serves one row."""
    rows = suggested(
        [target("ico", "IČO"), target("town", "Our branch"), target("city2", "City")],
        [source("ICO__c", "Registration"), source("City__c", "City")],
    )
    assert rows["ico"].why is Why.SAME_NAME
    assert (rows["city2"].why, "town" in rows) == (Why.SAME_NAME, False)


def test_what_is_mapped_is_left_alone() -> None:
    """Whatever else would fit better."""
    assert suggested([target("email")], [source("Email", kind="email")], mapped={"customFields.email"}) == {}


def test_types_go_together() -> None:
    """A date is no phone number; a lone field of a telling type is meant whatever it is called."""
    rows = suggested(
        [target("phone", "Phone", "PHONE"), target("web", "Homepage", "URL"), target("since", "Since", "DATE")],
        [source("Phone", kind="date"), source("Stranka__c", "Stránka", "url"), source("Since__c", "Since", "boolean")],
    )
    assert rows.keys() == {"web"}
    assert rows["web"].why is Why.ONLY_OF_TYPE
    assert rows["web"].rule == {"from": "Stranka__c", "transforms": ["url"]}


def test_lists_go_with_lists() -> None:
    """A text only where the name is the same."""
    targets = [target("industry", "Industry", "SELECTBOX"), target("rating", "Rating", "RADIO")]
    fields = [source("Industry", "Industry", "picklist"), source("Customer_rating__c", "Customer rating", "string")]
    assert suggested(targets, fields).keys() == {"industry"}


def test_values_of_a_picklist_are_paired_with_options() -> None:
    """By their names; where both sides say the same there is no table."""
    industry = TargetField(
        path="customFields.industry", title="Industry", type="SELECTBOX", options={"bank": "Banking", "it": "IT"}
    )
    picklist = tuple(Choice(value, value) for value in ("Banking", "IT", "Retail"))
    rows = suggested([industry], [source("Industry", kind="picklist", picklist=picklist)])
    assert rows["industry"].rule == {"from": "Industry", "values": {"Banking": "bank", "IT": "it"}}
    same = tuple(Choice(value, value) for value in ("bank", "it"))
    assert suggested([industry], [source("Industry", kind="picklist", picklist=same)])["industry"].rule == {
        "from": "Industry"
    }


def test_references_lead_to_what_is_mapped_before() -> None:
    """Each to records of the right kind; the owner to Daktela's user."""
    targets = [TargetField(path=name, type="REFERENCE") for name in ("account", "contact", "user")]
    fields = [
        source("Ucet__c", "Účet", "reference", refers_to=("Account",)),
        source("Ucet__r", "Účet", "reference", refers_to=("Account",), parent=True),
        source("Owner", "Owner ID", "reference", refers_to=("User", "Group"), parent=True),
    ]
    before = {"firms": ("Account", Entity.ACCOUNTS), "people": ("Contact", Entity.CONTACTS)}
    rows = suggested(targets, fields, before=before)
    assert rows["account"].rule == {"lookup": "firms", "from": "Ucet__c"}
    assert rows["user"].rule == {"lookup": "users", "from": "Owner.Email", "on_missing": "drop"}
    assert "contact" not in rows


def test_objects_of_800_fields_are_quick() -> None:
    """In processor time, so that a busy machine does not matter."""
    fields = [source(f"Pole_cislo_{n}_oblast_{n % 17}__c", f"Pole číslo {n}") for n in range(800)]
    targets = [target(f"vlastnost_{n}", f"Vlastnost zákazníka {n}") for n in range(60)]
    began = time.process_time()
    suggested(targets, fields)
    assert time.process_time() - began < 2
