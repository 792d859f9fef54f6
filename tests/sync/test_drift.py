"""What changed in a schema, how much it matters, and what the next run compares with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from salesforce_daktela.sync.drift import Change, ChangeKind, Severity, compare, to_remember
from salesforce_daktela.sync.seen_schema import SeenField, SeenSchema, Side

TEXT = SeenField(type="string", length=80)
PICK = SeenField(type="picklist", length=255, values=("Hot", "Cold"))
NEEDED = SeenField(type="string", length=80, required=True)
SALESFORCE, DAKTELA = Side.SALESFORCE, Side.DAKTELA
INFO, WARNING, ERROR = Severity.INFO, Severity.WARNING, Severity.ERROR


def schema(*, complete: bool = True, of: str = "Contact", **fields: SeenField | None) -> SeenSchema:
    """A side with these fields; a double underscore stands for a dot."""
    given = {name.replace("__", "."): found for name, found in fields.items() if found is not None}
    return SeenSchema(of=of, fields=given, complete=complete)


def changes(side: Side, was: SeenSchema, now: SeenSchema, *mapped: str) -> list[tuple[ChangeKind, Severity]]:
    """The kinds and severities found."""
    return [(change.kind, change.severity) for change in compare("contacts", side, was, now, mapped)]


@pytest.mark.parametrize(
    ("side", "was", "now", "kind", "mapped", "unmapped"),
    [
        pytest.param(SALESFORCE, TEXT, None, ChangeKind.VANISHED, ERROR, INFO, id="vanished in Salesforce"),
        pytest.param(DAKTELA, TEXT, None, ChangeKind.VANISHED, ERROR, INFO, id="vanished in Daktela"),
        pytest.param(SALESFORCE, None, TEXT, ChangeKind.APPEARED, INFO, INFO, id="new in Salesforce"),
        pytest.param(SALESFORCE, None, NEEDED, ChangeKind.APPEARED, INFO, INFO, id="new and required in Salesforce"),
        pytest.param(DAKTELA, None, TEXT, ChangeKind.APPEARED, INFO, INFO, id="new in Daktela"),
        pytest.param(DAKTELA, None, NEEDED, ChangeKind.APPEARED, WARNING, WARNING, id="new and required in Daktela"),
        pytest.param(SALESFORCE, TEXT, PICK, ChangeKind.RETYPED, WARNING, INFO, id="retyped"),
        pytest.param(DAKTELA, TEXT, PICK, ChangeKind.RETYPED, WARNING, INFO, id="retyped in Daktela"),
        pytest.param(SALESFORCE, TEXT, NEEDED, ChangeKind.REQUIRED, INFO, INFO, id="required in Salesforce"),
        pytest.param(DAKTELA, TEXT, NEEDED, ChangeKind.REQUIRED, WARNING, WARNING, id="required in Daktela"),
        pytest.param(
            SALESFORCE, TEXT, replace(TEXT, length=40), ChangeKind.SHORTENED, WARNING, INFO, id="shorter in Salesforce"
        ),
        pytest.param(
            DAKTELA, replace(TEXT, length=0), TEXT, ChangeKind.SHORTENED, WARNING, INFO, id="bounded for the first time"
        ),
        pytest.param(
            SALESFORCE, PICK, replace(PICK, values=("Hot", "Cold", "Warm")), ChangeKind.VALUES_ADDED, WARNING, INFO,
            id="a new value in Salesforce",
        ),
        pytest.param(
            DAKTELA, PICK, replace(PICK, values=("Hot", "Cold", "Warm")), ChangeKind.VALUES_ADDED, INFO, INFO,
            id="a new value in Daktela",
        ),
        pytest.param(
            SALESFORCE, PICK, replace(PICK, values=("Hot",)), ChangeKind.VALUES_REMOVED, INFO, INFO,
            id="a value less in Salesforce",
        ),
        pytest.param(
            DAKTELA, PICK, replace(PICK, values=("Hot",)), ChangeKind.VALUES_REMOVED, WARNING, INFO,
            id="a value less in Daktela",
        ),
    ],
)  # fmt: skip
def test_every_kind_has_its_severity(
    side: Side, was: SeenField | None, now: SeenField | None, kind: ChangeKind, mapped: Severity, unmapped: Severity
) -> None:
    """It depends on the side, and on whether the mapping uses the field, however that spells it."""
    before, after = schema(Rating=was), schema(Rating=now)
    assert changes(side, before, after, "rating") == [(kind, mapped)]
    assert changes(side, before, after) == [(kind, unmapped)]


@pytest.mark.parametrize(
    ("side", "was", "now"),
    [
        pytest.param(SALESFORCE, schema(A=TEXT, B=PICK), schema(B=PICK, A=TEXT), id="another order"),
        pytest.param(SALESFORCE, schema(A=TEXT), schema(of="Lead", B=PICK), id="another object"),
        pytest.param(SALESFORCE, schema(A=TEXT), schema(A=replace(TEXT, length=120)), id="lengthened"),
        pytest.param(SALESFORCE, schema(A=PICK), schema(A=replace(PICK, values=None)), id="values not noted"),
        pytest.param(
            SALESFORCE, schema(A=PICK), schema(A=replace(PICK, values=("Cold", "Hot"))), id="values in another order"
        ),
        pytest.param(SALESFORCE, schema(Owner__Email=TEXT), schema(), id="a parent's field is mapped no more"),
        pytest.param(SALESFORCE, schema(), schema(Owner__Email=TEXT), id="a parent's field is newly mapped"),
        pytest.param(DAKTELA, schema(A=TEXT), schema(complete=False), id="Daktela lists nothing any more"),
        pytest.param(DAKTELA, schema(complete=False), schema(A=TEXT), id="Daktela lists again"),
    ],
)
def test_what_is_no_change_is_not_told(side: Side, was: SeenSchema, now: SeenSchema) -> None:
    """Neither is what an incomplete list cannot tell."""
    assert changes(side, was, now, "A") == []


def test_a_mapped_field_of_a_parent_may_vanish() -> None:
    """It is an error like any other mapped field."""
    assert changes(SALESFORCE, schema(Owner__Email=TEXT), schema(), "owner.email") == [(ChangeKind.VANISHED, ERROR)]


def test_a_change_says_what_was_and_what_is() -> None:
    """In words, and as plain values for reports."""
    (change,) = compare("contacts", SALESFORCE, schema(Title=TEXT), schema(), ["Title"])
    assert str(change) == (
        "contacts: Salesforce's field Title is gone, or hidden from this user; it was string, 80 characters"
    )
    assert change.to_dict() == {
        "mapping": "contacts", "side": "salesforce", "field": "Title", "kind": "vanished", "severity": "error",
        "was": "string, 80 characters", "now": None,
    }  # fmt: skip


def test_long_lists_of_values_are_counted() -> None:
    """A country picklist does not fill the log."""
    many = replace(PICK, values=(*(PICK.values or ()), *(f"v{number}" for number in range(12))))
    (change,) = compare("contacts", SALESFORCE, schema(A=PICK), schema(A=many), ["A"])
    assert change.now == "v0, v1, v2, v3, v4, v5, v6, v7, v8, v9 and 2 more"


def test_an_error_is_told_until_it_is_mended() -> None:
    """The field is remembered as it was; everything else as it is now."""
    was, now = {SALESFORCE: schema(A=TEXT, B=TEXT)}, {SALESFORCE: schema(B=PICK)}
    told = compare("contacts", SALESFORCE, was[SALESFORCE], now[SALESFORCE], ["A", "B"])
    remembered = to_remember(was, now, told)
    assert remembered == {SALESFORCE: schema(A=TEXT, B=PICK)}
    assert changes(SALESFORCE, remembered[SALESFORCE], now[SALESFORCE], "A", "B") == [(ChangeKind.VANISHED, ERROR)]


def test_an_unmapped_field_that_vanished_is_told_once() -> None:
    """Nobody has to do anything about it."""
    was, now = {SALESFORCE: schema(A=TEXT)}, {SALESFORCE: schema()}
    told = compare("contacts", SALESFORCE, was[SALESFORCE], now[SALESFORCE], [])
    assert to_remember(was, now, told) == now


def test_an_incomplete_list_makes_nothing_forgotten() -> None:
    """A right that is lost for a day does not hide what vanished on that day."""
    was, now = {DAKTELA: schema(A=TEXT, B=TEXT)}, {DAKTELA: schema(complete=False, A=PICK)}
    assert to_remember(was, now, ()) == {DAKTELA: schema(A=PICK, B=TEXT)}


@pytest.mark.parametrize("was", [{}, {SALESFORCE: schema(of="Lead", A=TEXT)}], ids=["the first run", "another object"])
def test_what_has_no_past_is_remembered_as_it_is(was: dict[Side, SeenSchema]) -> None:
    """There is nothing to keep."""
    now = {SALESFORCE: schema(B=TEXT)}
    error = Change(
        mapping="contacts", side=SALESFORCE, field="A", kind=ChangeKind.VANISHED, severity=ERROR, was=None, now=None
    )
    assert to_remember(was, now, [error]) == now
