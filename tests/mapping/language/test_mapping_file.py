"""A mistake at the top level of a mapping file is named with its key."""

from __future__ import annotations

import pytest

from salesforce_daktela.mapping.language.loader import load_sync
from tests.mapping.conftest import CONTACTS, WriteSync, problems_of

MAPPINGS = [
    ('key: "sf_contact_{Id}"', 'key: "sf"', "key: must contain {Id} and no other field"),
    ('key: "sf_contact_{Id}"', 'key: "{Email}"', "key: must contain {Id} and no other field"),
    ('key: "sf_contact_{Id}"', 'key: "číslo_{Id}"', "key: contains characters that a Daktela name cannot have"),
    ('key: "sf_contact_{Id}"', f'key: "{"x" * 47}{{Id}}"', "key: gives names longer than 64 characters"),
    ('key: "sf_contact_{Id}"', "", "key: is missing: add a line `key:` at this level"),
    ("salesforce: Contact", "salesforce: My Contact", "salesforce: 'My Contact' is not an API name"),
    ("daktela: contacts", "daktela: contact", "daktela: unknown model contact: did you mean contacts?"),
    ("fields:", "match: [customFields.email]\nfields:", "match: customFields.email is not mapped"),
    (
        "fields:",
        "match: [firstname]\nfields:\n  firstname: {value: Jan}",
        "match: firstname is the same in every record",
    ),
    ("fields:", "on_delete: mark\nmark: {}\nfields:", "mark: is missing: write what marks a record"),
    (
        "fields:",
        "reject_above: 1\nfields:",
        "reject_above: expected a percentage from 0% to 100%: write it like 1%, or 0.5%",
    ),
    ("fields:", "on_delete: mark\nfields:", "mark: is missing"),
    ("fields:", "on_delete: yes\nfields:", "on_delete: unknown value yes"),
    ("fields:", "filter: x\nfields:", "filter: unknown key"),
    ("fields:", "where: # DoNotCall = false\nfields:", "where: is empty: remove the line to take every record"),
]


@pytest.mark.parametrize(("old", "new", "expected"), MAPPINGS, ids=[new or "no key" for _, new, _ in MAPPINGS])
def test_refuses_mappings_that_cannot_work(write_sync: WriteSync, old: str, new: str, expected: str) -> None:
    """Each mistake at a mapping's top level is named with its key."""
    assert expected in "\n".join(problems_of(write_sync(contacts=CONTACTS.replace(old, new))))


CONDITIONS = [
    ("Email != null OR (Phone != null AND Name LIKE 'O\\'Con%')", None),
    ("Id IN (SELECT ContactId FROM Case ORDER BY Id LIMIT 5)", None),
    ("Name = 'a; ORDER BY b'", None),
    ("Limit__c > 5", None),
    ("Email != null LIMIT 5", "contains LIMIT"),
    ("Email != null order  by Name", "contains ORDER  BY"),
    ("Email != null GROUP BY Name", "contains GROUP BY"),
    ("Email != null; DELETE", "contains more than a condition"),
    ("Email != null -- x", "contains more than a condition"),
    ("a = 1) OR (b = 2", "has unbalanced parentheses"),
    ("(a = 1", "has unbalanced parentheses"),
    ("Name = 'x", "has a quote that is not closed"),
    ('Name = "x"', "has double quotes"),
    ("WHERE a = 1", "begins with WHERE"),
    (" ", "is empty"),
]


@pytest.mark.parametrize(("where", "expected"), CONDITIONS, ids=[where for where, _ in CONDITIONS])
def test_a_filter_is_one_condition(write_sync: WriteSync, where: str, expected: str | None) -> None:
    """Clauses outside of texts and subqueries, and what could end the condition early, are refused."""
    folder = write_sync(contacts=CONTACTS + "where: '" + where.replace("'", "''") + "'\n")
    if expected is None:
        load_sync(folder)
    else:
        assert f"contacts.yaml:7: where: {expected}" in problems_of(folder)[0]
