"""A mapping against what both systems have right now."""

from __future__ import annotations

import pytest

from salesforce_daktela.mapping.check import check_mapping
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.schema import FieldKind, SourceField, SourceSchema
from salesforce_daktela.mapping.target import TargetField, TargetSchema
from tests.mapping.conftest import CONTACTS, WriteSync

FIELDS = (
    TargetField(path="title"),
    TargetField(path="lastname"),
    TargetField(path="customFields.email", multiple=True),
    TargetField(path="customFields.number", type="PHONE"),
    TargetField(path="customFields.industry", type="SELECTBOX", options={"bank": "Bank", "other": "Jiné"}),
    TargetField(path="customFields.born", type="DATE"),
)
SOURCE = SourceSchema(
    sobject="Contact",
    fields={
        "Birthdate": SourceField(path="Birthdate", kind=FieldKind.DATE),
        "CreatedDate": SourceField(path="CreatedDate", kind=FieldKind.DATETIME),
        "Vip__c": SourceField(path="Vip__c", kind=FieldKind.BOOLEAN, type="boolean"),
        "Secret__c": SourceField(path="Secret__c", kind=FieldKind.TEXT, type="encryptedstring"),
        "Interests__c": SourceField(path="Interests__c", kind=FieldKind.MULTIPICKLIST),
    },
)
WHERE = "mappings/demo/contacts.yaml:7: fields."


def check(
    write_sync: WriteSync, line: str, *, complete: bool = True, **unknown: list[str]
) -> tuple[list[str], list[str]]:
    """Errors and warnings of a mapping with one more line, as texts."""
    spec = load_sync(write_sync(contacts=f"{CONTACTS}  {line}\n")).mapping("contacts")
    target = TargetSchema(entity="contacts", fields={field.path: field for field in FIELDS}, complete=complete)
    errors, warnings = check_mapping(spec, unknown, SOURCE, target)
    return [str(problem) for problem in errors], [str(problem) for problem in warnings]


def test_a_mapping_that_fits_is_passed_in_silence(write_sync: WriteSync) -> None:
    """Nothing is said where nothing is wrong."""
    assert check(write_sync, "customFields.email: [Email, Other__c]") == ([], [])


def test_fields_that_salesforce_does_not_have(write_sync: WriteSync) -> None:
    """The nearest names that the org has are offered."""
    errors, _ = check(write_sync, "customFields.email: Emial", Emial=["Email"])
    assert errors == [
        f"{WHERE}customFields.email: Salesforce's Contact has no field Emial that this user may read: "
        "did you mean Email? else check its field-level security"
    ]


def test_custom_fields_that_daktela_does_not_have(write_sync: WriteSync) -> None:
    """An error where Daktela listed its fields, a warning where it would not."""
    errors, _ = check(write_sync, "customFields.emial: Email")
    assert errors == [
        f"{WHERE}customFields.emial: Daktela's contacts have no field customFields.emial: "
        "did you mean customFields.email? choose from customFields.born, customFields.email, customFields.industry, "
        "customFields.number"
    ]
    errors, warnings = check(write_sync, "customFields.emial: Email", complete=False)
    assert errors == []
    assert warnings[0].startswith(f"{WHERE}customFields.emial: customFields.emial cannot be checked")


SEVERAL = [
    ("customFields.number: [Phone, Fax]", 1),
    ("customFields.number: {from: Phone, transforms: [split]}", 1),
    ("customFields.number: {from: [Phone, Fax], transforms: [first]}", 0),
    ("customFields.number: {from: [Phone, Fax], transforms: [{join: '; '}]}", 0),
    ("customFields.number: Phone", 0),
    ("customFields.number: {value: ['+420602123456', '123']}", 1),
    ("customFields.number: interests__c", 1),
    ("customFields.number: {from: Interests__c, transforms: [join]}", 0),
    ("customFields.number: '{Interests__c}'", 0),
    ("customFields.email: Interests__c", 0),
]


@pytest.mark.parametrize(("line", "count"), SEVERAL, ids=[line for line, _ in SEVERAL])
def test_several_values_for_a_field_that_takes_one(write_sync: WriteSync, line: str, count: int) -> None:
    """Worth a warning, because only the first is sent."""
    errors, warnings = check(write_sync, line)
    assert (errors, len(warnings)) == ([], count)


OPTIONS = [
    ("customFields.industry: {value: banka}", ["banka"]),
    ("customFields.industry: {from: A, values: {x: bank, y: jine}, default: nic}", ["nic", "jine"]),
    ("customFields.industry: {from: A, transforms: [{values: {x: jine}}]}", ["jine"]),
    ("customFields.industry: {value: bank}", []),
]


@pytest.mark.parametrize(("line", "refused"), OPTIONS, ids=[line for line, _ in OPTIONS])
def test_values_that_a_select_field_does_not_offer(write_sync: WriteSync, line: str, refused: list[str]) -> None:
    """Constants, defaults and value tables are known before any row is read."""
    errors, _ = check(write_sync, line)
    assert errors == [
        error for value in refused for error in errors if f"Daktela does not offer the value {value}" in error
    ]
    assert len(errors) == len(refused)


MARKS = [
    ("on_delete: mark", "{customFields.emial: x}", "mark.customFields.emial: Daktela's contacts have no field"),
    ("on_filter_exit: mark", "{customFields.industry: gone}", "mark.customFields.industry: Daktela does not offer the"),
    ("on_delete: mark", "{customFields.industry: other, title: x}", ""),
    ("on_delete: keep", "{customFields.emial: x}", ""),
]


@pytest.mark.parametrize(("policy", "mark", "error"), MARKS)
def test_marks_that_daktela_does_not_take(write_sync: WriteSync, policy: str, mark: str, error: str) -> None:
    """Who has left would count as marked, and Daktela would have ignored the mark."""
    found = check(write_sync, f"customFields.email: Email\n{policy}\nmark: {mark}")
    assert [len(each) for each in found] == [bool(error), 0]
    assert error in "".join(found[0])


def test_marks_where_daktela_lists_no_custom_fields(write_sync: WriteSync) -> None:
    """They cannot be checked, which is worth a warning."""
    line = "customFields.email: Email\non_delete: mark\nmark: {customFields.emial: x}"
    errors, (warning,) = check(write_sync, line, complete=False)
    assert errors == []
    assert "mark.customFields.emial: customFields.emial cannot be checked" in warning


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (
            "customFields.born: CreatedDate",
            "a field of type DATE gets values like 2026-03-29 03:30:00: add a transform",
        ),
        ("customFields.born: Vip__c", "a field of type DATE gets values like 1"),
        ("customFields.born: {from: CreatedDate, transforms: [date]}", ""),
        ("customFields.born: birthdate", ""),
        ("customFields.email: Vip__c", ""),
    ],
)
def test_sources_of_another_type(write_sync: WriteSync, line: str, what: str) -> None:
    """What arrives in Daktela then is its own affair, which is worth a warning."""
    errors, warnings = check(write_sync, line)
    assert (errors, len(warnings)) == ([], bool(what))
    assert what in "".join(warnings)


def test_a_checkbox_in_a_select_field_that_has_no_such_values(write_sync: WriteSync) -> None:
    """It sends 1 and 0."""
    _, warnings = check(write_sync, "customFields.industry: Vip__c")
    assert [each.partition("industry: ")[2].partition(":")[0] for each in warnings] == [
        f"Daktela does not offer the value {value}" for value in "10"
    ]
    assert check(write_sync, "customFields.industry: {from: Vip__c, values: {true: bank, false: other}}") == ([], [])


def test_a_field_to_match_by_that_has_a_default(write_sync: WriteSync) -> None:
    """Everybody without an address would be the same customer."""
    field = "customFields.email: {from: Email, default: none@firma.cz}"
    errors, (warning,) = check(write_sync, f"{field}\nmatch: [customFields.email]")
    assert errors == []
    assert "would adopt an object that holds the default in Daktela" in warning
    assert check(write_sync, field) == ([], [])


def test_encrypted_texts_may_come_masked(write_sync: WriteSync) -> None:
    """Nobody can tell from outside, so it is said."""
    errors, (warning,) = check(write_sync, "customFields.email: '{Secret__c}'")
    assert errors == []
    assert "Secret__c is encrypted: without a permission Salesforce gives asterisks" in warning


@pytest.mark.parametrize(("value", "count"), [("'2026-01-31'", 0), ("31.1.2026", 1)])
def test_constants_of_another_type(write_sync: WriteSync, value: str, count: int) -> None:
    """A constant that Daktela's field type will not take is worth a warning."""
    _, warnings = check(write_sync, f"customFields.born: {{value: {value}}}")
    assert len(warnings) == count


@pytest.mark.parametrize(
    ("path", "output", "count"),
    [("birthdate", "%H:%M", 1), ("CreatedDate", "%H:%M", 0), ("Birthdate", "%d.%m.%Y %H:%M", 0)],
)
def test_the_time_of_day_of_a_date(write_sync: WriteSync, path: str, output: str, count: int) -> None:
    """That of a field without a time is always the same, which is worth a warning where nothing else is sent."""
    rule = f"{{from: {path}, transforms: [{{datetime: {{output: '{output}'}}}}]}}"
    errors, warnings = check(write_sync, f"customFields.email: {rule}")
    assert (errors, len(warnings)) == ([], count)
