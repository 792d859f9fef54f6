"""A mistake in the rule of one field is named at its line."""

from __future__ import annotations

import pytest

from salesforce_daktela.mapping.language.loader import load_sync
from tests.mapping.conftest import CONTACTS, SYNC, WriteSync, problems_of

RULES = [
    ("customFields.x: {from: A, transforms: [trimm]}", "unknown transform trimm: did you mean trim?"),
    ("customFields.x: {from: A, transforms: [{truncate: 0}]}", "truncate: length: must be at least 1"),
    ("customFields.x: {from: A, transforms: [{truncate: x}]}", "truncate: length cannot be a text"),
    ("customFields.x: {from: A, transforms: [truncate]}", "truncate needs the option length"),
    ("customFields.x: {from: A, transforms: [{trim: 5}]}", "trim does not take this value: write it like [trim]"),
    (
        "customFields.x: {from: A, transforms: [{phone: {regoin: CZ}}]}",
        "phone has no option regoin: did you mean region?",
    ),
    ("customFields.x: {from: A, transforms: [{phone: CX9}]}", "write a country code of two capital letters"),
    ("customFields.x: {from: A, transforms: [{regex: '('}]}", "not a regular expression"),
    *(
        (f"customFields.x: {{from: A, transforms: [{{regex: '{pattern}'}}]}}", "must not repeat anything more than 999")
        for pattern in ("(?:(?:a{99}){99}){99}", "(([(]{999})*x{2}){101}", r"((\(a){9,999}|b){,999}")
    ),
    ("customFields.x: {from: A, transforms: [{regex: {pattern: a, replace: '\\9'}}]}", "invalid group reference"),
    ("customFields.x: {from: A, transforms: [{date: '%Q'}]}", "date: format:"),
    *(
        (
            f"customFields.x: {{from: A, transforms: [{{{name}: {{output: '{output}'}}}}]}}",
            f"no part of a date or a time is written {what}",
        )
        for name, output, what in (("date", "%d.%Q", "%Q"), ("datetime", "%H:%i", "%i"), ("datetime", "100%", "%"))
    ),
    *(
        (f"customFields.x: {{from: A, transforms: [{{{name}: {options}}}]}}", what)
        for name, options, what in (
            ("datetime", "'%d.%m.%Y %H:%M %Z'", "%Z reads no zone: write %z for an offset"),
            ("date", "'%d.%m.%Y %Z'", "%Z reads no zone"),
            ("date", "'%x'", "what %x means depends on the machine"),
            ("datetime", "'%x %X'", "what %X means depends on the machine"),
            ("datetime", "'%c'", "what %c means depends on the machine"),
            ("datetime", "'%d.%m.%Y %H:%M %p'", "%p says which half: write both, or %H"),
            ("datetime", "'%d.%m.%Y %I:%M'", "%p says which half: write both, or %H"),
            ("date", "'%A %m/%Y'", "%A alone tells no day: add %d"),
            ("date", "'%u %Y'", "%u alone tells no day: add %d"),
            ("date", "'%W %Y'", "%W needs a day of its week, such as %a"),
            ("date", "'%V %G'", "date: format: ISO year directive '%G' must be used with"),
            ("date", "'%d.%m.'", "date: the format reads no year: add %Y to it"),
            ("date", "'%j'", "date: the format reads no year"),
            ("datetime", "'%H:%M'", "datetime: the format reads no year"),
            ("date", "{format: '%d.%m.', output: '%a %d.%m.'}", "date: the format reads no year"),
            ("datetime", "{format: '%H:%M %z', output: '%H:%M %Z'}", "datetime: the format reads no year"),
            (
                "date",
                "{output: '%H:%M'}",
                "a date has no time of day, which %H would write: use the transform datetime",
            ),
            ("date", "{output: '%Y-%m-%dT%T'}", "a date has no time of day, which %T would write"),
            ("date", "{output: '%s'}", "a date has no time of day, which %s would write"),
            ("date", "{output: '%d. %-z'}", "a date has no time of day, which %-z would write"),
            ("datetime", "{output: '%c'}", "what %c means depends on the machine: write its parts"),
            ("datetime", "{output: '%x %r'}", "what %x means depends on the machine"),
            ("datetime", "{output: '%H:%M %+'}", "what %+ means depends on the machine"),
            ("datetime", "{output: '%EY'}", "what %EY means depends on the machine"),
            ("datetime", "{output: '%H:%M %:z'}", "what %:z means depends on the machine"),
            ("datetime", "{output: '%-s'}", "nothing may stand between % and s"),
            ("datetime", "{output: '%H:%M %5Z'}", "nothing may stand between % and Z"),
        )
    ),
    *(
        (f"{target}: A", f"{target}: contacts have no field {target}: write it like customFields.email")
        for target in ("customfields.x", "customFields.a b", "CustomFeilds.x")
    ),
    ("customFields.x: {from: A, transforms: [[trim]]}", "expected a transform's name, found a list"),
    ("customFields.x: {from: A, values: {}}", "expected a table"),
    ("customFields.x: {from: A, values: {a: [1]}}", "values.a: expected a single value, found a list"),
    ("customFields.x: {from: A, values: {null: x}}", "values.null: a table cannot have an entry for empty values"),
    *(
        (f"customFields.x: {{from: A, {key}: {table}}}", "a table cannot have an entry for empty values: use")
        for key, table in (("values", "{'': x}"), ("values", "{a: b, ' ': x}"), ("transforms", "[{values: {'': x}}]"))
    ),
    (
        "customFields.x: {from: A, transforms: [lower, trim], values: {Banking: bank, energy: e}}",
        "customFields.x.values: Banking is never found behind lower: write the entry banking",
    ),
    (
        "customFields.x: {from: A, transforms: [upper, {values: {Cz: x}}]}",
        "customFields.x.transforms: Cz is never found behind upper: write the entry CZ",
    ),
    ("customFields.x: {from: A, values: {~: x}}", "values.null: a table cannot have an entry for empty values"),
    (
        "customFields.x: {from: A, transforms: [{values: {null: x}}]}",
        "transforms.null: a table cannot have an entry for empty values",
    ),
    ("customFields.x: {from: A, transforms: [{boolean: {1: a}}]}", "boolean has no option 1"),
    ("customFields.x: {from: A, values: {[a]: x}}", "expected a single value, found a list"),
    ("customFields.x: {from: A, value: b}", "a field has either `from` or `value`"),
    ("customFields.x: {default: b}", "a field needs `from` or `value`"),
    ("customFields.x: {value: ~}", "a constant without a value"),
    *(
        (f"customFields.x: {{value: {written}}}", f"{written} would be sent in another form: put it in quotes")
        for written in (
            "007",
            "1.10",
            "3.0",
            "+420602123456",
            "1e3",
            "1_000",
            "1_000.5",
            "0x1F",
            "0o17",
            ".5",
            "-0",
            "2026-03-29T10:00:00Z",
            "2026-13-45",
        )
    ),
    ("customFields.x: {value: .inf}", "not a finite number"),
    ("customFields.x: {from: A, default: 1.50}", "1.50 would be sent in another form: put it in quotes"),
    ("customFields.x: {from: A, transforms: [{default: 1.50}]}", "default: value: 1.50 would be sent in another"),
    *(
        (f"customFields.x: {{from: A, values: {{{table}}}}}", f"{named} would be sent in another form")
        for table, named in (
            ("1.10: a", "1.10"),
            ("1.0: a", "1.0"),
            ("+420: a", "+420"),
            ("1.10: a, 1.1: b", "1.10"),
            ("1.1: a, 1.10: b", "1.10"),
            ("a: 1.10", "1.10"),
        )
    ),
    ("customFields.x: []", "the list is empty"),
    ("customFields.x: 5", "expected a field, found a number: write a constant as {value: ...}"),
    ("customFields.x: not a path", "'not a path' is not a field path"),
    ("customFields.x: '{FirstName'", "has no matching brace"),
    ("customFields.x: '{{}}'", "contains no field"),
    ("customFields.x: {from: A, on_missing: drop}", "has no effect without a lookup"),
    ("customFields.x: {from: A, on_error: skip}", "unknown value skip: choose from drop, reject"),
    ("customFields.x: {from: A, when_emtpy: keep}", "unknown key: did you mean when_empty?"),
    ("customFields.x: {from: A, lookup: users}", "is not a reference, so it cannot have a lookup"),
    ("customFields.á: A", "contacts have no field customFields.á"),
    ("name: A", "cannot be mapped: Daktela's unique name comes from `key`"),
    ("database: A", "cannot be mapped: the CRM database is chosen in sync.yaml"),
    ("edited: A", "cannot be mapped: Daktela sets it"),
    ("stage: A", "contacts have no field stage"),
    ("account: AccountId", "a reference needs a lookup"),
    ("account: {lookup: accounts, from: AccountId}", "there is no mapping accounts before this one"),
    ("account: {lookup: [partners, accounts], from: AccountId}", "there is no mapping partners before this one"),
    ("account: {lookup: [users, users], from: AccountId}", "names a mapping twice"),
    ("user: {lookup: [users, accounts], from: A}", "users are found by e-mail address and records by Id"),
    ("account: {lookup: [], from: AccountId, on_missing: drop}", "names no mapping"),
    ("account: {lookup: contacts, from: AccountId}", "there is no mapping contacts before this one"),
    ("account: {lookup: users, from: A}", "needs one of Daktela's accounts, but a lookup in users gives users"),
    ("user: {lookup: users, from: A, on_missing: park}", "because no sync loads users"),
]


@pytest.mark.parametrize(("line", "expected"), RULES, ids=[line for line, _ in RULES])
def test_refuses_rules_that_cannot_work(write_sync: WriteSync, line: str, expected: str) -> None:
    """Each mistake in a field's rule is named at its line."""
    found = problems_of(write_sync(contacts=f"{CONTACTS}  {line}\n"))
    assert expected in found[0]
    assert found[0].startswith("contacts.yaml:7: fields")


@pytest.mark.parametrize(
    "call",
    [
        "{date: '%a %d %b %Y'}",
        "{date: '%Y week %W %A'}",
        "{date: '%G-W%V-%u'}",
        "{date: '%j/%y'}",
        "{date: {format: '%d.%m.', output: '%d %B'}}",
        "{datetime: {format: '%H:%M %%Z', output: '%I:%M %p'}}",
        "{datetime: '%m/%d/%Y %I:%M %p %z'}",
        "{date: {output: '%A %-d %^b %y, 100%%H'}}",
        "{datetime: {output: '%s %Z %z %_H:%M'}}",
    ],
)
def test_formats_that_mean_one_thing_are_taken(write_sync: WriteSync, call: str) -> None:
    """Also those of weeks, of days without a year that writes none, and with names of days and months."""
    load_sync(write_sync(contacts=f"{CONTACTS}  customFields.x: {{from: A, transforms: [{call}]}}\n"))


@pytest.mark.parametrize(
    "line", ["{value: 1.1}", "{value: -3}", "{value: 2026-03-29}", "{from: A, values: {1.1: a, 2: b}}"]
)
def test_numbers_and_dates_that_are_sent_as_they_are_written_need_no_quotes(write_sync: WriteSync, line: str) -> None:
    """Their text is what YAML reads."""
    load_sync(write_sync(contacts=f"{CONTACTS}  customFields.x: {line}\n"))


def test_a_numeric_option_may_be_spelled_as_one_likes(write_sync: WriteSync) -> None:
    """It never becomes a text."""
    line = "customFields.x: {from: A, transforms: [{truncate: 1_0}]}"
    spec = load_sync(write_sync(contacts=f"{CONTACTS}  {line}\n"))
    assert spec.mapping("contacts").fields[-1].transforms[0].options == {"length": 10}


def test_a_lookup_into_the_wrong_model_is_refused(write_sync: WriteSync) -> None:
    """``account`` takes names of accounts; a mapping to contacts cannot give them."""
    other = CONTACTS.replace("sf_contact", "x") + "  account: {lookup: contacts, from: AccountId}\n"
    found = problems_of(write_sync(sync=SYNC.replace("contacts]", "contacts, others]"), others=other))
    assert found == [
        "others.yaml:7: fields.account: needs one of Daktela's accounts, but a lookup in contacts gives contacts: "
        "look it up in a mapping to accounts"
    ]


@pytest.mark.parametrize(
    "pattern", [r"(?:\w{1,64}\.){1,99}", "[a{999}]{999}", r"\({999}(a{999}|b{99}){9}", "a{,5}b{2,}{"]
)
def test_repeats_beside_each_other_are_no_huge_ones(write_sync: WriteSync, pattern: str) -> None:
    """Only those inside of each other multiply."""
    load_sync(write_sync(contacts=f"{CONTACTS}  customFields.x: {{from: A, transforms: [{{regex: '{pattern}'}}]}}\n"))


def test_a_key_is_the_same_in_all_its_spellings(write_sync: WriteSync) -> None:
    """One of both entries would get lost."""
    folder = write_sync(contacts=f"{CONTACTS}  customFields.x: {{from: A, values: {{true: a, True: b}}}}\n")
    assert problems_of(folder) == ["contacts.yaml:7: the key True is in line 7 already: keep one of them"]
