"""Mistakes of a mapping that are found before any row is read."""

from __future__ import annotations

from datetime import date

import pytest

from salesforce_daktela.mapping.engine.compiled_mapping import compile_mapping
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.problems import MappingError
from salesforce_daktela.mapping.schema import FieldKind
from tests.mapping.conftest import CONTACTS, MapField, WriteSync, schema_of


@pytest.mark.parametrize(
    ("rule", "kind", "expected"),
    [
        ("{from: A, transforms: [lower]}", FieldKind.NUMBER, "lower takes text, but gets numbers"),
        ("{from: A, transforms: [email]}", FieldKind.BOOLEAN, "email takes text, but gets booleans"),
        ("{from: A, transforms: [{phone: CZ}]}", FieldKind.DATE, "phone takes numbers, text, but gets dates"),
        ("{from: A, transforms: [date]}", FieldKind.NUMBER, "date takes dates, datetimes, text, but gets numbers"),
        ("{from: [A, B], transforms: [trim]}", FieldKind.DATE, "trim takes text, but gets dates"),
        ("{from: A, transforms: [email]}", FieldKind.TIME, "email takes text, but gets times of day"),
        *(
            (
                f"{{from: A, transforms: [{call}]}}",
                FieldKind.TIME,
                "datetime takes dates, datetimes, text, but gets times",
            )
            for call in ("datetime", "{datetime: {output: '%d. %H:%M'}}")
        ),
        ("{from: A, transforms: [{values: {a: 5}}, lower]}", FieldKind.TEXT, "lower takes text, but gets numbers"),
        (
            "{from: A, transforms: [{values: {a: b, c: true}}, trim]}",
            FieldKind.TEXT,
            "trim takes text, but gets bool",
        ),
        (
            "{from: A, transforms: [{values: {a: b}}, trim], default: 5}",
            FieldKind.TEXT,
            "trim takes text, but gets n",
        ),
        ("{from: A, transforms: [{default: 5}, lower]}", FieldKind.TEXT, "lower takes text, but gets numbers"),
        *(
            (f"{{from: A, values: {table}}}", kind, f"no entry of this table is ever found, because it gets {got}")
            for table, kind, got in (
                ("{1: yes, 0: no}", FieldKind.BOOLEAN, "booleans: write entries like true"),
                ("{Ano: yes}", FieldKind.BOOLEAN, "booleans"),
                ("{low: 1}", FieldKind.NUMBER, "numbers: write entries like 5"),
                ("{29.3.2026: x}", FieldKind.DATE, "dates: write entries like 2026-03-29"),
            )
        ),
        ("{from: A, transforms: [datetime, lower]}", FieldKind.TEXT, "lower takes text, but gets datetimes"),
    ],
)
def test_types_that_cannot_fit_stop_before_any_row(
    map_field: MapField, rule: str, kind: FieldKind, expected: str
) -> None:
    """A transform made for other values is a mistake of the mapping, not of every record."""
    with pytest.raises(MappingError, match=f"contacts.yaml:7: fields.customFields.x: {expected}"):
        map_field(rule, {}, kinds={"A": kind})


@pytest.mark.parametrize(
    ("rule", "kind", "value", "expected"),
    [
        ("{from: A, transforms: [{datetime: {output: '%A'}}, lower]}", FieldKind.DATE, date(2026, 3, 29), ["sunday"]),
        ("{from: A, values: {true: x, 1: y}}", FieldKind.BOOLEAN, True, ["x"]),
        ("{from: A, transforms: [lower], values: {Ano: x, ano: y}}", FieldKind.TEXT, "ANO", ["y"]),
        ("{from: A, transforms: [boolean], values: {1: x}}", FieldKind.BOOLEAN, True, ["x"]),
        ("{from: A, values: {2026-03-29: x}}", FieldKind.DATE, date(2026, 3, 29), ["x"]),
        ("{from: A, transforms: [{default: 5}, {phone: CZ}]}", FieldKind.TEXT, "602123456", ["+420602123456"]),
        ("{from: A, transforms: [{values: {a: 5}}, {prefix: x}, upper]}", FieldKind.TEXT, "a", ["X5"]),
    ],
)
def test_chains_that_work_are_taken(
    map_field: MapField, rule: str, kind: FieldKind, value: object, expected: list[str]
) -> None:
    """What counts is the type that arrives, not that of the source."""
    assert map_field(rule, {"A": value}, kinds={"A": kind}) == expected


def test_fields_the_org_does_not_have_are_named_with_the_nearest(write_sync: WriteSync) -> None:
    """All of them at once, letter case aside."""
    spec = load_sync(write_sync(contacts=f"{CONTACTS}  description: [lastname, Emial, '{{Fone}}']\n")).mapping(
        "contacts"
    )
    schema = schema_of(spec, {"Email": FieldKind.TEXT, "Phone": FieldKind.TEXT})
    known = {path: field for path, field in schema.fields.items() if path not in ("Emial", "Fone", "lastname")}
    with pytest.raises(MappingError) as caught:
        compile_mapping(spec, type(schema)(sobject="Contact", fields=known), timezone="UTC")
    listed = "choose from Email, Id, IsDeleted, LastName, MasterRecordId, Phone, SystemModstamp"
    assert str(caught.value).splitlines() == [
        f"mappings/demo/contacts.yaml:7: fields.description: Contact has no field Emial: did you mean Email? {listed}",
        f"mappings/demo/contacts.yaml:7: fields.description: Contact has no field Fone: did you mean Phone? {listed}",
    ]
