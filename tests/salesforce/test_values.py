"""Values as the two APIs spell them, and the columns they become."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest

from salesforce_daktela.errors import IntegrityError
from salesforce_daktela.mapping.schema import FieldKind
from salesforce_daktela.salesforce.values import rows_to_table, texts_to_table
from tests.salesforce.examples import schema

NIGHT = datetime(2026, 3, 29, 1, 30, 5, 678_000, tzinfo=UTC)


def from_rest(kind: FieldKind, value: Any) -> Any:
    """One value as REST sends it."""
    return rows_to_table([{"F": value}], schema({"F": kind})).column("F").to_pylist()[0]


def from_bulk(kind: FieldKind, text: str | None) -> Any:
    """One value as it stands in a Bulk page."""
    texts = pa.table({"F": pa.array([text], pa.string())})
    return texts_to_table(texts, schema({"F": kind})).column("F").to_pylist()[0]


SAME = {
    "text": (FieldKind.TEXT, "Žluťoučký\nkůň", "Žluťoučký\nkůň", "Žluťoučký\nkůň"),
    "leading-zeros": (FieldKind.TEXT, "00420", "00420", "00420"),
    "true": (FieldKind.BOOLEAN, True, "true", True),
    "false": (FieldKind.BOOLEAN, False, "false", False),
    "zero": (FieldKind.NUMBER, 0, "0", 0.0),
    "zero-point": (FieldKind.NUMBER, 0.0, "0.0", 0.0),
    "amount": (FieldKind.NUMBER, 1234567.89, "1234567.89", 1234567.89),
    "tenth": (FieldKind.NUMBER, 0.1, "0.1", 0.1),
    "exponent": (FieldKind.NUMBER, 1.0e7, "1.0E7", 10_000_000.0),
    "integer": (FieldKind.INTEGER, 42, "42", 42),
    "integer-as-double": (FieldKind.INTEGER, 42.0, "42.0", 42),
    "zero-integer": (FieldKind.INTEGER, 0, "0", 0),
    "beyond-float": (FieldKind.INTEGER, 9_007_199_254_740_993, "9007199254740993", 9_007_199_254_740_993),
    "date": (FieldKind.DATE, "2028-02-29", "2028-02-29", date(2028, 2, 29)),
    "datetime": (FieldKind.DATETIME, "2026-03-29T01:30:05.678+0000", "2026-03-29T01:30:05.678Z", NIGHT),
    "datetime-offset": (FieldKind.DATETIME, "2026-03-29T03:30:05.678+02:00", "2026-03-28T20:30:05.678-0500", NIGHT),
    "datetime-long-ago": (
        FieldKind.DATETIME,
        "1700-01-01T00:00:00.000+0000",
        "1700-01-01T00:00:00.000Z",
        datetime(1700, 1, 1, tzinfo=UTC),
    ),
    "time": (FieldKind.TIME, "12:30:00.000Z", "12:30:00.000Z", "12:30:00.000Z"),
    "multipicklist": (FieldKind.MULTIPICKLIST, "a;b c", "a;b c", "a;b c"),
}


@pytest.mark.parametrize(("kind", "rest", "bulk", "value"), SAME.values(), ids=SAME.keys())
def test_both_apis_give_the_same_value(kind: FieldKind, rest: Any, bulk: str, value: Any) -> None:
    """Whichever API carried it, a value is the same."""
    assert from_rest(kind, rest) == value
    assert from_bulk(kind, bulk) == value


@pytest.mark.parametrize("kind", FieldKind)
def test_null_stays_null(kind: FieldKind) -> None:
    """Null stays null in every kind of field."""
    assert from_rest(kind, None) is None
    assert from_bulk(kind, None) is None


def test_empty_text_is_not_null() -> None:
    """REST can tell an empty text from none; Bulk cannot."""
    assert from_rest(FieldKind.TEXT, "") == ""


def test_nul_is_left_out() -> None:
    """NUL characters vanish, as they do from Bulk results."""
    assert from_rest(FieldKind.TEXT, "a\0b") == "ab"


@pytest.mark.parametrize("text", ["Jan \ud83d", "\ude00 \U0001f600"], ids=["first half", "second half"])
def test_half_an_emoji_becomes_a_replacement_character(text: str) -> None:
    """A text that was cut within one must not end the read of everybody's records."""
    assert from_rest(FieldKind.TEXT, text) == text.replace("\ud83d", "\ufffd").replace("\ude00", "\ufffd")
    with pytest.raises(IntegrityError):
        from_rest(FieldKind.DATE, text)


def test_fields_of_parents_are_found_by_path() -> None:
    """Fields of parents are found by their path; a missing parent has none of them."""
    paths = schema({"Key": FieldKind.TEXT, "Account.Owner.Email": FieldKind.TEXT, "Account.Size": FieldKind.INTEGER})
    rows: list[dict[str, Any]] = [
        {"Key": "1", "Account": {"attributes": {}, "Size": 0, "Owner": {"attributes": {}, "Email": "o@x.example"}}},
        {"Key": "2", "Account": {"attributes": {}, "Size": 7, "Owner": None}},
        {"Key": "3", "Account": None},
    ]
    assert rows_to_table(rows, paths).to_pylist() == [
        {"Key": "1", "Account.Owner.Email": "o@x.example", "Account.Size": 0},
        {"Key": "2", "Account.Owner.Email": None, "Account.Size": 7},
        {"Key": "3", "Account.Owner.Email": None, "Account.Size": None},
    ]


MISFITS = {
    "text-for-number": (FieldKind.NUMBER, "much"),
    "fraction-for-integer": (FieldKind.INTEGER, 3.5),
    "boolean-for-integer": (FieldKind.INTEGER, True),
    "number-for-boolean": (FieldKind.BOOLEAN, 1),
    "number-for-date": (FieldKind.DATE, 20_260_329),
    "local-datetime": (FieldKind.DATETIME, "2026-03-29T01:30:05"),
    "no-such-day": (FieldKind.DATE, "2026-02-30"),
    "compound-for-text": (FieldKind.TEXT, {"city": "Praha"}),
}


@pytest.mark.parametrize(("kind", "value"), MISFITS.values(), ids=MISFITS.keys())
def test_a_value_of_another_type_is_an_error(kind: FieldKind, value: Any) -> None:
    """A value of another type stops the read, naming field and type but not the value."""
    with pytest.raises(IntegrityError) as refused:
        from_rest(kind, value)
    assert str(refused.value) == (
        f"field F: Salesforce sent a value that is not of type {kind.value}: "
        "the field may have been changed in Salesforce: run again from preflight"
    )


def test_a_missing_field_is_an_error() -> None:
    """A field that was asked for and is not in the record is not taken for null."""
    with pytest.raises(IntegrityError, match="field Email: Salesforce sent a record without this field"):
        rows_to_table([{"Id": "1"}], schema({"Id": FieldKind.TEXT, "Email": FieldKind.TEXT}))
