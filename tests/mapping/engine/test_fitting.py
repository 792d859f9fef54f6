"""What Daktela's fields take of a value: lengths, one value of several, what is left out and counted."""

from __future__ import annotations

import json

import pytest

from salesforce_daktela.mapping.engine.compiled_mapping import compile_mapping
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.target import TargetField, TargetSchema
from tests.mapping.conftest import (
    CONTACTS,
    SYNC,
    MapRows,
    WriteSync,
    frame_of,
    payload_of,
    schema_of,
    transform_frame,
)

FIXED = "Nováková"


LENGTHS = [
    ("title", 255),
    ("firstname", 128),
    ("lastname", 128),
    ("description", 512),
]


@pytest.mark.parametrize(("target", "longest"), LENGTHS, ids=[target for target, _ in LENGTHS])
def test_documented_lengths_are_cut_and_counted(map_rows: MapRows, target: str, longest: int) -> None:
    """What Daktela could not store is shortened and the report says how often."""
    lines = {"title": "  title: LastName\n", "lastname": "  lastname: LastName\n", target: f"  {target}: A\n"}
    mapping = CONTACTS.partition("  title")[0] + "".join(lines.values())
    mapped = map_rows(mapping, [{"LastName": "N", "A": "ž" * (longest + 1)}, {"LastName": "N", "A": "ž" * longest}])
    assert [payload_of(mapped, row)[target] for row in (0, 1)] == ["ž" * longest] * 2
    assert list(mapped.shortened) == [1, 0]


def test_a_cut_never_splits_a_composed_letter(map_rows: MapRows) -> None:
    """A letter and its combining mark stay together or go together."""
    mapped = map_rows(f"{CONTACTS}  firstname: A\n", [{"LastName": "N", "A": "e\u0301" * 64 + "xe\u0301"}])
    assert payload_of(mapped)["firstname"] == "e\u0301" * 64
    mapped = map_rows(f"{CONTACTS}  firstname: A\n", [{"LastName": "N", "A": "x" + "e\u0301" * 64}])
    assert payload_of(mapped)["firstname"] == "x" + "e\u0301" * 63


@pytest.mark.parametrize("places", [(0,), (1,), (0, 1)])
def test_no_nul_is_sent(map_rows: MapRows, places: tuple[int, ...]) -> None:
    """Daktela could not store it. It may be in some rows of a part that was made elsewhere."""
    rows = [{"LastName": "N", "A": "a\0b" if place in places else "ab"} for place in (0, 1)]
    mapped = map_rows(f"{CONTACTS}  firstname: A\n", rows)
    assert [payload_of(mapped, row)["firstname"] for row in (0, 1)] == ["ab", "ab"]


def test_records_have_shorter_titles_and_two_stages(write_sync: WriteSync) -> None:
    """A CRM record's title ends at 128 characters; a stage that Daktela does not know rejects the record."""
    text = """
salesforce: Opportunity
daktela: crmRecords
key: "o_{Id}"
fields:
  type: {value: deal}
  title: Name
  stage: StageName
"""
    folder = write_sync(sync=SYNC.replace("contacts", "deals"), deals=text)
    (folder / "contacts.yaml").unlink()
    spec = load_sync(folder).mapping("deals")
    schema = schema_of(spec, {})
    rows = [{"Name": "x" * 200, "StageName": "OPEN"}, {"Name": "x", "StageName": "Prospecting"}]
    mapped = transform_frame(compile_mapping(spec, schema, timezone="UTC"), frame_of(schema, rows))
    assert payload_of(mapped) == {"stage": "OPEN", "title": "x" * 128, "type": "deal"}
    assert [problem["code"] for problem in json.loads(mapped.problems[1])] == ["option_unknown"]


def test_one_value_goes_into_a_field_that_takes_one(map_rows: MapRows) -> None:
    """Several sources give a single-valued custom field, like a standard one, the first value that is there."""
    single = TargetField(path="customFields.x", multiple=False, max_length=3)
    target = TargetSchema(entity="contacts", fields={"customFields.x": single}, complete=True)
    mapping = f"{CONTACTS}  customFields.x: [A, B]\n  description: [A, B]\n"
    mapped = map_rows(mapping, [{"LastName": FIXED, "B": "bbbb"}], target=target)
    assert payload_of(mapped) == {
        "customFields": {"x": ["bbb"]}, "description": "bbbb", "lastname": FIXED, "title": FIXED,
    }  # fmt: skip
    assert list(mapped.shortened) == [1]


def test_a_reference_takes_the_first_of_several_values_and_counts_the_others(map_rows: MapRows) -> None:
    """As every field that takes one value."""
    rows = [
        {"LastName": FIXED, "A": "eva@example.com", "B": "jan@example.com"},
        {"LastName": FIXED, "B": "jan@example.com"},
    ]
    mapped = map_rows(f"{CONTACTS}  user: {{lookup: users, from: [A, B]}}\n", rows)
    assert [json.loads(found)[0]["value"] for found in mapped.references] == ["eva@example.com", "jan@example.com"]
    assert list(mapped.dropped) == [1, 0]


def test_dropped_values_are_counted(map_rows: MapRows) -> None:
    """``on_error: drop`` sends the rest and the report says how many values went missing."""
    rule = "{from: [A, B, C], transforms: [{phone: CZ}], on_error: drop}"
    rows = [{"LastName": FIXED, "A": "x", "B": "602123456", "C": "y"}, {"LastName": FIXED, "A": "602123456"}]
    mapped = map_rows(f"{CONTACTS}  customFields.x: {rule}\n", rows)
    assert [payload_of(mapped, row)["customFields"]["x"] for row in (0, 1)] == [["+420602123456"]] * 2
    assert list(mapped.dropped) == [2, 0]
