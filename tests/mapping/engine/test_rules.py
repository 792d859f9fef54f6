"""The same row and the same mapping give the same payload in every release, or every record is read once."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from salesforce_daktela.mapping.schema import FieldKind
from salesforce_daktela.mapping.transforms.registry import BUILT_IN
from salesforce_daktela.steps.run.fingerprint import RULES
from tests.mapping.conftest import CONTACTS, MapRows

KEPT = Path(__file__).with_name("payloads.json")
"""The version of the rules, and what came out under it."""

ROW: dict[str, Any] = {
    "LastName": " Nováková ", "FirstName": "Jana", "Email": "Jana.Novakova@Example.com", "Phone": "602 123 456",
    "Mobile": "+420 603 111 222", "Web": "example.com/a", "Text": "a, b, b", "Html": "<p>Ahoj<br>Jano</p>",
    "Level": "A", "Empty": None, "Code": "sf_12", "Yes": True, "Count": 3, "Amount": 1234567.5,
    "Born": date(1990, 5, 17), "At": datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "Many": "x;y",
}  # fmt: skip
KINDS = {
    "Yes": FieldKind.BOOLEAN, "Count": FieldKind.INTEGER, "Amount": FieldKind.NUMBER, "Born": FieldKind.DATE,
    "At": FieldKind.DATETIME, "Many": FieldKind.MULTIPICKLIST,
}  # fmt: skip
RULES_OF_FIELDS = (
    "FirstName", "Empty", "Yes", "Count", "Amount", "Born", "At", "Many", "$Link", '"{FirstName} {Empty} {Count}"',
    "[FirstName, Empty, LastName]", "{value: deal}", "{from: Empty, default: nic}", "{from: Empty, when_empty: keep}",
    "{from: Level, values: {A: one, B: two}}",
)  # fmt: skip
TRANSFORMS = {
    "trim": ("trim", "LastName"), "collapse": ("collapse", "LastName"), "lower": ("lower", "Email"),
    "upper": ("upper", "FirstName"), "title_case": ("title_case", "FirstName"), "truncate": ("{truncate: 3}", "Text"),
    "prefix": ("{prefix: p_}", "Level"), "strip_prefix": ("{strip_prefix: sf_}", "Code"),
    "phone": ("{phone: {region: CZ}}", "[Phone, Mobile]"), "email": ("email", "Email"), "url": ("url", "Web"),
    "date": ("{date: {output: '%d.%m.%Y'}}", "Born"), "datetime": ("{datetime: {output: '%d.%m.%Y %H:%M'}}", "At"),
    "number": ("number", "Count"), "boolean": ("boolean", "Yes"), "split": ("{split: ','}", "Text"),
    "join": ("{join: '+'}", "[FirstName, Level]"), "first": ("first", "[FirstName, Level]"),
    "last": ("last", "[FirstName, Level]"), "unique": ("unique", "[Level, Level]"),
    "html_to_text": ("html_to_text", "Html"), "regex": ("{regex: '[0-9]+'}", "Code"),
    "values": ("{values: {A: one}}", "Level"), "default": ("{default: nic}", "Empty"),
}  # fmt: skip


def test_the_table_has_every_transform() -> None:
    """One that is added gets a row."""
    assert set(TRANSFORMS) == set(BUILT_IN)


def test_payloads_are_those_of_the_version_of_our_rules(map_rows: MapRows) -> None:
    """Where this fails, records in Daktela are out of date after the upgrade, and only a second look finds them.

    Raise RULES by one and write what the failure shows into payloads.json. Rows that are new need no higher version.
    """
    rules = [*RULES_OF_FIELDS, *(f"{{from: {source}, transforms: [{call}]}}" for call, source in TRANSFORMS.values())]
    fields = "".join(f"  customFields.f{number:02d}: {rule}\n" for number, rule in enumerate(rules))
    mapped = map_rows(CONTACTS + fields, [ROW], kinds=KINDS)
    payload = json.loads(mapped.payload[0])
    custom = payload.pop("customFields")
    found = {rule: custom.get(f"f{number:02d}") for number, rule in enumerate(rules)}
    now = {"rules": RULES, "payload": payload, "fields": found, "problems": json.loads(mapped.problems[0])}
    assert now == json.loads(KEPT.read_text(encoding="utf-8"))
