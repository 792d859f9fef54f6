"""The sync that comes with the project works unchanged, and so does the example of a transform."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from salesforce_daktela.mapping.engine.compiled_mapping import compile_mapping
from salesforce_daktela.mapping.language.loader import list_syncs, load_sync
from salesforce_daktela.mapping.model import Entity, SyncSpec
from salesforce_daktela.mapping.schema import FieldKind
from salesforce_daktela.mapping.transforms.registry import load_project_transforms
from tests.mapping.conftest import frame_of, schema_of, transform_frame

INCLUDE = Path(__file__).resolve().parents[2] / "include"
DEFAULT_FIELDS = {"customFields.number", "customFields.email", "customFields.address", "customFields.note"}


@pytest.fixture(scope="module")
def sync() -> SyncSpec:
    """The default sync."""
    return load_sync(INCLUDE / "mappings" / "default", transforms_folder=INCLUDE / "transforms")


def test_the_default_sync_is_found_and_whole(sync: SyncSpec) -> None:
    """Four Salesforce objects, parents first, on a schedule."""
    assert [path.name for path in list_syncs(INCLUDE / "mappings")] == ["default"]
    assert [(mapping.name, mapping.sobject, mapping.entity) for mapping in sync.mappings] == [
        ("accounts", "Account", Entity.ACCOUNTS),
        ("contacts", "Contact", Entity.CONTACTS),
        ("leads", "Lead", Entity.CONTACTS),
        ("opportunities", "Opportunity", Entity.CRM_RECORDS),
    ]
    assert (sync.salesforce_conn_id, sync.daktela_conn_id, sync.database) == (
        "salesforce_default", "daktela_default", "sales",
    )  # fmt: skip
    assert (sync.schedule, sync.timezone) == ("*/15 * * * *", "Europe/Prague")


def test_it_needs_no_custom_field_that_a_fresh_daktela_lacks(sync: SyncSpec) -> None:
    """Only the fields that every database starts with are mapped."""
    custom = {rule.target for mapping in sync.mappings for rule in mapping.fields if "." in rule.target}
    assert custom <= DEFAULT_FIELDS


def test_every_object_leads_back_to_its_record(sync: SyncSpec) -> None:
    """The link to Salesforce stands first in the description, the rest after it."""
    for mapping in sync.mappings:
        schema = schema_of(mapping, {"IsClosed": FieldKind.BOOLEAN, "Amount": FieldKind.NUMBER})
        row: dict[str, object] = {path: "Text" for path in schema.fields if schema.fields[path].kind is FieldKind.TEXT}
        row |= {"Id": "001000000000001AAA", "Email": "a@b.cz", "IsClosed": False, "Amount": 5.5}
        compiled = compile_mapping(mapping, schema, timezone="Europe/Prague", instance_url="https://x.example/")
        (mapped,) = transform_frame(compiled, frame_of(schema, [row])).to_dict("records")
        assert json.loads(mapped["problems"]) == []
        link, *rest = json.loads(mapped["payload"])["description"].splitlines()
        assert link == "https://x.example/001000000000001AAA"
        assert rest[-1] == "Text"


ICO = [("177041", "00177041"), ("27082440", "27082440"), (" 001 77041 ", "00177041")]


@pytest.mark.parametrize(("value", "expected"), ICO, ids=[value for value, _ in ICO])
def test_the_example_fills_company_numbers_up(value: str, expected: str) -> None:
    """Leading zeros that a spreadsheet lost come back."""
    assert load_project_transforms(INCLUDE / "transforms")["ico"].make(digits=8)(value) == expected


@pytest.mark.parametrize("value", ["", "123456789", "není"])
def test_the_example_refuses_what_is_no_company_number(value: str) -> None:
    """Nothing is made up."""
    with pytest.raises(ValueError, match="company number"):
        load_project_transforms(INCLUDE / "transforms")["ico"].make(digits=8)(value)
