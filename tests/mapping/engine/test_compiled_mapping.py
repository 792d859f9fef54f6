"""What rows become: the value table of the mapping language, and the shape of a payload row."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesforce_daktela.errors import IntegrityError
from salesforce_daktela.mapping.engine.compiled_mapping import compile_mapping
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.schema import FieldKind
from tests.mapping.conftest import (
    CONTACTS,
    ID,
    MapField,
    MapRows,
    WriteSync,
    frame_of,
    payload_of,
    schema_of,
    transform_frame,
)

FIXED = "Nováková"


def utc(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


VALUES = [
    (FieldKind.TEXT, "  jak  je ", ["  jak  je "]),
    (FieldKind.TEXT, "a\0b", ["ab"]),
    (FieldKind.TEXT, "", []),
    (FieldKind.TEXT, " \n\t\u00a0\u2003", []),
    (FieldKind.TEXT, "\0", []),
    (FieldKind.TEXT, "0", ["0"]),
    (FieldKind.TEXT, 'řádek\n"dva" \\ 😀', ['řádek\n"dva" \\ 😀']),
    (FieldKind.BOOLEAN, True, ["1"]),
    (FieldKind.BOOLEAN, False, ["0"]),
    (FieldKind.BOOLEAN, None, []),
    (FieldKind.INTEGER, 0, ["0"]),
    (FieldKind.INTEGER, -7, ["-7"]),
    (FieldKind.NUMBER, 1234567.89, ["1234567.89"]),
    (FieldKind.NUMBER, 1e12, ["1000000000000"]),
    (FieldKind.NUMBER, 1e22, ["10000000000000000000000"]),
    (FieldKind.NUMBER, 1e-7, ["0.0000001"]),
    (FieldKind.NUMBER, 0.1 + 0.2, ["0.30000000000000004"]),
    (FieldKind.NUMBER, 0.0, ["0"]),
    (FieldKind.NUMBER, -0.0, ["0"]),
    (FieldKind.NUMBER, 100.0, ["100"]),
    (FieldKind.DATE, date(2026, 3, 29), ["2026-03-29"]),
    (FieldKind.DATETIME, utc("2026-03-29T00:59:59"), ["2026-03-29 01:59:59"]),
    (FieldKind.DATETIME, utc("2026-03-29T01:30:00"), ["2026-03-29 03:30:00"]),
    (FieldKind.DATETIME, utc("2026-10-25T00:30:00"), ["2026-10-25 02:30:00"]),
    (FieldKind.DATETIME, utc("2026-10-25T01:30:00"), ["2026-10-25 02:30:00"]),
    (FieldKind.DATETIME, utc("2026-01-01T12:00:00.999"), ["2026-01-01 13:00:00"]),
    (FieldKind.DATETIME, utc("1700-01-01T00:00:00"), ["1700-01-01 00:57:44"]),
    (FieldKind.TIME, "10:30:00.000Z", ["10:30:00"]),
    (FieldKind.TIME, "10:30:00.250Z", ["10:30:00"]),
    (FieldKind.MULTIPICKLIST, "Praha;Brno", ["Praha", "Brno"]),
    (FieldKind.MULTIPICKLIST, "Praha", ["Praha"]),
    (FieldKind.MULTIPICKLIST, ";", []),
    (FieldKind.MULTIPICKLIST, None, []),
]


@pytest.mark.parametrize(("kind", "value", "expected"), VALUES, ids=[f"{k}-{v!r}" for k, v, _ in VALUES])
def test_values_without_a_transform(map_field: MapField, kind: FieldKind, value: Any, expected: Any) -> None:
    """Each type of value is sent as the value table of the mapping language says."""
    assert map_field("A", {"A": value}, kinds={"A": kind}) == expected


SOURCES = [
    ("[A, B, C]", {"A": "a", "C": "c"}, ["a", "c"]),
    ("[A, A]", {"A": "a"}, ["a", "a"]),
    ("'{A} {B}'", {"A": "Jan", "B": "Novák"}, ["Jan Novák"]),
    ("'{A} {B}'", {"B": "Novák"}, ["Novák"]),
    ("'{A} {B}'", {"A": "Jan"}, ["Jan"]),
    ("'{A} {B} {C}'", {"A": "a", "C": "c"}, ["a c"]),
    ('"{A}\\n{B}\\n{C}"', {"A": "a", "C": "c"}, ["a\nc"]),
    ("'{A} {B} {C}'", {"C": "c"}, ["c"]),
    ("'IČO {A}'", {}, []),
    ("'IČO {A}'", {"A": "27082440"}, ["IČO 27082440"]),
    ("'{A}, {B}'", {"A": "a"}, ["a,"]),
    ("'100% {A} {{x}}'", {"A": "a"}, ["100% a {x}"]),
    ("'{B}{A}{B}'", {"A": "a", "B": "b"}, ["bab"]),
    ("'{A}'", {"A": "\ue000"}, ["\ue000"]),
    ("{value: 5}", {}, ["5"]),
    ("{value: true}", {}, ["1"]),
    ("{value: [a, 1.5]}", {}, ["a", "1.5"]),
    ("$Link", {}, [f"https://vltava.my.salesforce.com/{ID}"]),
    ("'{$Link} {A}'", {}, [f"https://vltava.my.salesforce.com/{ID}"]),
    ("{from: A, default: nic}", {"A": " "}, ["nic"]),
    ("{from: A, default: 0}", {}, ["0"]),
    ("{from: A, default: nic}", {"A": "0"}, ["0"]),
    ("{from: A, values: {a: 1, b: ~}, default: 9}", {"A": "a"}, ["1"]),
    ("{from: A, values: {a: 1, b: ~}, default: 9}", {"A": "b"}, ["9"]),
    ("{from: A, values: {a: 1}, default: 9}", {"A": "jiné"}, ["9"]),
    ("{from: A, values: {a: 1}}", {}, []),
    ("{from: A, when_empty: keep}", {}, None),
    ("{from: [A, B], transforms: [email], on_error: drop}", {"A": "ne", "B": "a@b.cz"}, ["a@b.cz"]),
    ("{from: [A, B], transforms: [email]}", {"A": "ne", "B": "a@b.cz"}, ["email_invalid"]),
    ("{from: A, transforms: [email], on_error: drop}", {"A": "ne"}, []),
    ("{from: A, transforms: [email], on_error: drop, default: x}", {"A": "ne"}, ["x"]),
]


@pytest.mark.parametrize(("rule", "row", "expected"), SOURCES, ids=[f"{r}-{v}" for r, v, _ in SOURCES])
def test_sources_defaults_and_errors(map_field: MapField, rule: str, row: dict[str, Any], expected: Any) -> None:
    """Paths, templates, lists, constants, the link, and what happens to what is empty or does not fit."""
    assert map_field(rule, row) == expected


def test_a_payload_is_canonical_json(map_rows: MapRows) -> None:
    """Keys are sorted, letters stay letters, cleared fields are said, kept ones left out, references set apart."""
    mapping = """
salesforce: Contact
daktela: contacts
key: "sf_contact_{Id}"
fields:
  title: "{FirstName} {LastName}"
  lastname: LastName
  firstname: FirstName
  user: {lookup: users, from: Owner.Email}
  description: {from: Description, when_empty: keep}
  customFields.email: Email
  customFields.b-2: {value: x}
"""
    stamp = utc("2026-03-01T12:00:00")
    row = {"LastName": FIXED, "Owner.Email": "eva@vltava.example", "SystemModstamp": stamp}
    mapped = map_rows(mapping, [row, {"LastName": None, "Id": "003000000000002AAA"}])
    assert mapped.to_dict("records") == [
        {
            "id": ID,
            "name": f"sf_contact_{ID}",
            "stamp": pd.Timestamp(stamp),
            "is_deleted": False,
            "master_id": None,
            "became": None,
            "payload": '{"customFields":{"b-2":["x"],"email":[]},"firstname":null,"lastname":"Nováková",'
            '"title":"Nováková"}',
            "references": '[{"field":"user","on_missing":"drop","to":"users","value":"eva@vltava.example"}]',
            "once": None,
            "problems": "[]",
            "shortened": 0,
            "dropped": 0,
        },
        {
            "id": "003000000000002AAA",
            "name": "sf_contact_003000000000002AAA",
            "stamp": None,
            "is_deleted": False,
            "master_id": None,
            "became": None,
            "payload": '{"customFields":{"b-2":["x"],"email":[]},"firstname":null,"user":null}',
            "references": "[]",
            "once": None,
            "problems": '[{"code":"required_empty","field":"lastname","message":"Daktela requires this field, '
            'and it is empty. Fill it in Salesforce, or set a default."},{"code":"required_empty","field":"title",'
            '"message":"Daktela requires this field, and it is empty. Fill it in Salesforce, or set a '
            'default."}]',
            "shortened": 0,
            "dropped": 0,
        },
    ]


def test_a_deleted_row_has_a_name_and_nothing_to_send(map_rows: MapRows) -> None:
    """What a deleted record holds no longer matters, not even its mistakes."""
    rows = [{"LastName": None, "IsDeleted": True, "MasterRecordId": "003000000000009AAA"}]
    (mapped,) = map_rows(f"{CONTACTS}  customFields.x: A\n", rows).to_dict("records")
    assert (mapped["name"], mapped["is_deleted"], mapped["master_id"]) == (
        f"sf_contact_{ID}",
        True,
        "003000000000009AAA",
    )
    assert [mapped[key] for key in ("payload", "references", "problems", "shortened", "dropped")] == [
        "{}", "[]", "[]", 0, 0,
    ]  # fmt: skip


def test_rows_are_not_mixed_up(map_rows: MapRows) -> None:
    """Values that repeat, in any order and combination, come back on their own rows."""
    rows = [
        {"Id": f"003{number:012d}AAA", "LastName": f"L{number % 3}", "A": f"a{number % 5}" if number % 4 else None}
        for number in range(200)
    ]
    mapping = CONTACTS.replace("title: LastName", 'title: "{LastName} {A}"') + "  customFields.x: [A, LastName]\n"
    mapped = map_rows(mapping, rows)
    for row, payload, id_ in zip(rows, mapped.payload, mapped.id, strict=True):
        values = [value for value in (row["A"], row["LastName"]) if value is not None]
        assert id_ == row["Id"]
        assert json.loads(payload) == {
            "customFields": {"x": values},
            "lastname": row["LastName"],
            "title": " ".join(reversed(values)),
        }


def test_rows_that_all_differ_are_not_mixed_up(map_rows: MapRows) -> None:
    """A source that is another in every row does not hide what the sources after it hold."""
    rows = [
        {"LastName": f"L{9 - number}", "A": f"a{number % 2}", "B": None if number % 3 else "b"} for number in range(9)
    ]
    mapped = map_rows(f"{CONTACTS}  customFields.x: [LastName, A, B]\n", rows)
    found = [payload_of(mapped, number)["customFields"]["x"] for number in range(9)]
    assert found == [[value for value in row.values() if value is not None] for row in rows]


def test_what_does_not_fit_leaves_its_neighbours_alone(map_rows: MapRows) -> None:
    """One value that is too long, several, or empty changes nothing about the values of other rows."""
    values = ["á", "b" * 300, None, 'q"uote', " "]
    mapping = CONTACTS.replace("title: LastName", "title: {from: [A, B], default: none}")
    mapped = map_rows(mapping, [{"LastName": "N", "A": value, "B": "b" if value == "á" else None} for value in values])
    assert [payload_of(mapped, row)["title"] for row in range(5)] == ["á", "b" * 255, "none", 'q"uote', "none"]
    assert list(mapped.shortened) == [0, 1, 0, 0, 0]


def test_no_rows_give_no_rows(map_rows: MapRows) -> None:
    """An empty part keeps its columns."""
    mapped = map_rows(f"{CONTACTS}  customFields.x: [A, B]\n", [])
    assert (len(mapped), list(mapped.columns)[:2]) == (0, ["id", "name"])


def test_a_key_that_daktela_could_not_take_is_a_reject(map_rows: MapRows) -> None:
    """Only the safe letters make a name."""
    mapped = map_rows(CONTACTS, [{"LastName": FIXED, "Id": "003 0/á"}])
    assert mapped["name"].isna().all()
    assert [problem["code"] for problem in json.loads(mapped.problems[0])] == ["key_invalid"]


def test_problems_carry_no_values(map_rows: MapRows) -> None:
    """Reasons name code and field, never what the record holds."""
    rule = "{from: A, transforms: [email]}"
    mapped = map_rows(f"{CONTACTS}  customFields.x: {rule}\n", [{"LastName": FIXED, "A": "tajné"}])
    assert json.loads(mapped.problems[0]) == [
        {
            "code": "email_invalid",
            "field": "customFields.x",
            "message": "The value is not an e-mail address. Correct it in Salesforce, or set on_error: drop to send "
            "the record without it.",
        }
    ]


def test_a_part_without_a_mapped_column_is_not_guessed_at(write_sync: WriteSync) -> None:
    """A column that is missing is not a column of nulls."""
    spec = load_sync(write_sync()).mapping("contacts")
    schema = schema_of(spec, {})
    frame = frame_of(schema, [{"LastName": FIXED}]).drop(columns="LastName")
    with pytest.raises(IntegrityError, match="the part has no column LastName"):
        transform_frame(compile_mapping(spec, schema, timezone="UTC"), frame)


def test_the_change_stamp_of_objects_without_one(write_sync: WriteSync) -> None:
    """Some objects have no SystemModstamp; the next best moment stands in, and some have none at all."""
    spec = load_sync(write_sync()).mapping("contacts")
    whole = schema_of(spec, {"CreatedDate": FieldKind.DATETIME})
    bare = type(whole)(sobject="Contact", fields={key: whole.fields[key] for key in ("Id", "LastName", "CreatedDate")})
    frame = frame_of(whole, [{"LastName": FIXED, "CreatedDate": utc("2026-01-01T00:00:00")}])
    mapped = transform_frame(compile_mapping(spec, bare, timezone="UTC"), frame[list(bare.fields)])
    assert (list(mapped.stamp), list(mapped.is_deleted)) == ([pd.Timestamp(2026, 1, 1, tz="UTC")], [False])


letters = st.text(st.characters(codec="utf-8"), max_size=20) | st.none()


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "LastName": letters,
                "A": letters,
                "B": letters,
                "N": st.floats() | st.none(),
                "T": st.datetimes(timezones=st.just(UTC)) | st.none(),
                "IsDeleted": st.booleans() | st.none(),
            }
        ),
        max_size=6,
    )
)
def test_no_values_whatever_make_the_engine_fail(map_rows: MapRows, rows: list[dict[str, Any]]) -> None:
    """Each row comes back once, with canonical JSON and either a payload that holds what it must or a reason."""
    mapping = f"""{CONTACTS}
  firstname: "{{A}} {{N}} {{T}}"
  description: {{from: [A, B], transforms: [html_to_text, {{join: ", "}}]}}
  customFields.a: {{from: [A, B], transforms: [{{phone: CZ}}, unique], on_error: drop}}
  customFields.b: {{from: A, transforms: [email]}}
  customFields.n: {{from: N, transforms: [{{number: 2}}], on_error: drop}}
  customFields.t: [T, N]
  user: {{lookup: users, from: B}}
"""
    kinds = {"N": FieldKind.NUMBER, "T": FieldKind.DATETIME}
    mapped = map_rows(mapping, [{"Id": f"003{n:012d}AAA", **row} for n, row in enumerate(rows)], kinds=kinds)
    assert len(mapped) == len(rows)
    for row in mapped.to_dict("records"):
        payload = json.loads(row["payload"])
        assert json.dumps(payload, sort_keys=True, ensure_ascii=False, separators=(",", ":")) == row["payload"]
        assert json.loads(row["problems"]) or row["is_deleted"] or {"title", "lastname"} <= payload.keys()
