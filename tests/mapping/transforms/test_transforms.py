"""Every transform as a table of what goes in and what Daktela gets."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from salesforce_daktela.mapping.schema import FieldKind
from salesforce_daktela.mapping.target import TargetField, TargetSchema
from salesforce_daktela.mapping.transforms.definition import UnfitValueError
from salesforce_daktela.mapping.transforms.registry import BUILT_IN
from tests.mapping.conftest import CONTACTS, MapField, MapRows

TEXTS = [
    ("trim", "  Jan \n", ["Jan"]),
    ("trim", "\u00a0Jan\u200b", ["Jan"]),
    ("trim", None, []),
    ("trim", "", []),
    ("trim", "0", ["0"]),
    ("collapse", "Jan \t\n  Novák", ["Jan Novák"]),
    ("lower", "ŘEHOŘ ŽIŽKA", ["řehoř žižka"]),
    ("upper", "řehoř žižka", ["ŘEHOŘ ŽIŽKA"]),
    ("upper", "straße", ["STRASSE"]),
    ("lower", "😀 ABC", ["😀 abc"]),
    ("title_case", "ÚSTÍ NAD LABEM", ["Ústí Nad Labem"]),
    ("title_case", "o'connor-řehák", ["O'connor-Řehák"]),
    ("title_case", "R\u030cEHOR\u030c NOVA\u0301K", ["R\u030cehor\u030c Nova\u0301k"]),
    ("title_case", "NO\u00adVÁK PO\u200bKORNÝ", ["No\u00advák Po\u200bkorný"]),
    ("title_case", "ǆura straße", ["ǅura Straße"]),
    ("{truncate: 3}", "Novák", ["Nov"]),
    ("{truncate: {length: 10}}", "Novák", ["Novák"]),
    ("{truncate: 4}", "Jan Novák", ["Jan"]),
    ("{truncate: 2}", "e\u0301e\u0301", ["e\u0301"]),
    ("{truncate: 1}", "👩‍🚀", ["👩"]),
    ("{truncate: 4}", "abc🇨🇿", ["abc"]),
    ("{truncate: 5}", "abc🇨🇿d", ["abc🇨🇿"]),
    ("{truncate: 3}", "a\u1100\u1161\u11a8", ["a"]),
    ("{prefix: sf_}", "12", ["sf_12"]),
    ("{prefix: sf_}", None, []),
    ("{strip_prefix: sf_}", "sf_12", ["12"]),
    ("{strip_prefix: sf_}", "12_sf_", ["12_sf_"]),
    ("{strip_prefix: sf_}", "sf_", []),
    ("{regex: '[0-9]+'}", "č. 12/34", ["12"]),
    ("{regex: '/([0-9]+)'}", "č. 12/34", ["34"]),
    ("{regex: '[0-9]+'}", "bez čísla", "regex_no_match"),
    ("{regex: '^(a|aa)+$'}", "a" * 300 + "!", "regex_endless"),
    (r"{regex: {pattern: '(\d+)-(\d+)', replace: '\2/\1'}}", "12-34", ["34/12"]),
    (r"{regex: {pattern: '\s', replace: ''}}", " 1 2 ", ["12"]),
    ("html_to_text", "<p>Dobrý&nbsp;den,<br>Jano</p>", ["Dobrý den,\nJano"]),
    ("html_to_text", "5 < 6 & 7", ["5 < 6 & 7"]),
    ("html_to_text", "<ul><li>a</li></ul>", ["* a"]),
    ("html_to_text", "<p> </p>", []),
    ("html_to_text", "první\n\ndruhý", ["první\n\ndruhý"]),
    ("{split: ','}", "a, b,,c", ["a", "b", "c"]),
    ("{split: ','}", ",", []),
    ("{default: nic}", None, ["nic"]),
    ("{default: nic}", " ", ["nic"]),
    ("{default: nic}", "0", ["0"]),
    ("{values: {Banking: bank, Energy: utility}}", "Energy", ["utility"]),
    ("{values: {Banking: bank}}", "Energy", "value_unlisted"),
]


@pytest.mark.parametrize(("call", "value", "expected"), TEXTS, ids=[f"{c}-{v!r}" for c, v, _ in TEXTS])
def test_transforms_of_text(map_field: MapField, call: str, value: str | None, expected: Any) -> None:
    """Each transform gives this result; empty values pass all but default untouched."""
    assert map_field(f"{{from: A, transforms: [{call}]}}", {"A": value}) == _listed(expected)


PHONES = [
    ("phone: {region: CZ}", "602 123 456", ["+420602123456"]),
    ("phone: {region: CZ}", "00420 602-123-456", ["+420602123456"]),
    ("phone: {region: CZ}", "+420 (602) 123456", ["+420602123456"]),
    ("phone: {region: CZ}", "+1 202-555-0143", ["+12025550143"]),
    ("phone: {region: CZ}", "+44 20 7946 0958", ["+442079460958"]),
    ("phone: {region: CZ}", "nevolat", "phone_invalid"),
    ("phone: {region: CZ}", "123", "phone_invalid"),
    ("phone: {region: CZ}", "  ", []),
    ("phone: SK", "0905 123 456", ["+421905123456"]),
    ("phone: CZ", "602123456, 603123456", ["+420602123456", "+420603123456"]),
    ("phone: CZ", "602123456;603123456", ["+420602123456", "+420603123456"]),
    ("phone: CZ", "602123456 x 603123456", ["+420602123456", "+420603123456"]),
    ("phone: CZ", "602123456 /x 603123456", ["+420602123456", "+420603123456"]),
    ("phone: CZ", "602 123 456/603 123 456", ["+420602123456", "+420603123456"]),
    ("phone: CZ", "602123456\n603123456 | 604123456", ["+420602123456", "+420603123456", "+420604123456"]),
    ("phone: CZ", "00420602123456, 00421905123456", ["+420602123456", "+421905123456"]),
    ("phone: CZ", "602123456 nebo 603123456", ["+420602123456", "+420603123456"]),
    ("phone: CZ", "602123456 (manželka)", ["+420602123456"]),
    ("phone: CZ", "+420 602 123 456 x12", ["+420602123456"]),
    ("phone: CZ", "602123456,,12", ["+420602123456"]),
    ("phone: CZ", "tel:+420602123456;ext=12", ["+420602123456"]),
    ("phone: DE", "030/1234567", ["+49301234567"]),
    ("phone: DE", "030 1234567/8", "phone_invalid"),
    ("phone: CZ", "602123456, 999 999", "phone_invalid"),
    ("phone: CZ", "602123456 x 999999999", "phone_invalid"),
    ("phone: CZ", "602123456 kl. 12", "phone_invalid"),
    ("phone: CZ", "602123456, " * 30, "phone_invalid"),
    ("phone: DE", "030 123456 (Fax)", ["+4930123456"]),
    ("phone: DE", "0049 30 123456 - Herr Maier", ["+4930123456"]),
    ("phone: DE", "Tel. 030 123456 ext. 12", ["+4930123456"]),
    ("phone: CZ", "602123 byt", "phone_invalid"),
    ("phone: US", "1-800-FLOWERS", "phone_invalid"),
    ("phone: {region: CZ, format: '00'}", "602123456 x12", ["00420602123456"]),
    ("phone: {region: CZ, format: international}", "602123456 x12", ["+420 602 123 456"]),
    ("phone: IT", "02 1234567, 06 1234567", ["+39021234567", "+39061234567"]),
    ("phone", "+420602123456", ["+420602123456"]),
    ("phone", "602123456", "phone_invalid"),
    ("phone: {region: CZ, format: '00'}", "602123456", ["00420602123456"]),
    ("phone: {region: CZ, format: international}", "602123456", ["+420 602 123 456"]),
    ("phone: {region: CZ, format: national}", "602123456", ["602 123 456"]),
    ("phone: {region: CZ, format: national}", "602123456, +48601234567", ["602 123 456", "+48 601 234 567"]),
    ("phone: {region: US, format: national}", "+1 416 555 0143", ["(416) 555-0143"]),
    ("phone: {format: national}", "+48601234567", ["601 234 567"]),
    ("email", " Jan.Novak@Firma.EXAMPLE ", ["Jan.Novak@firma.example"]),
    ("email", "Jan@Háčky.example", ["Jan@xn--hky-ela4t.example"]),
    ("email", "jan@XN--hky-ela4t.example", ["jan@xn--hky-ela4t.example"]),
    ("email", "jan.novák@háčky.example", ["jan.novák@xn--hky-ela4t.example"]),
    ("email", "o'connor@labe.example", ["o'connor@labe.example"]),
    ("email", "INFO@labe.example", ["info@labe.example"]),
    ("email", "Informace@labe.example", ["Informace@labe.example"]),
    *(
        ("email", f"jan@firma.{ending}", [f"jan@firma.{ending}"])
        for ending in ("cz.invalid", "invalid", "test", "example", "local", "onion")
    ),
    ("email", '"jan novák"@firma.cz', "email_invalid"),
    ("email", "jan@localhost", "email_invalid"),
    ("email", "jan@10.0.0.1", "email_invalid"),
    ("email", "jan@", "email_invalid"),
    ("email", "a..b@labe.example", "email_invalid"),
    ("email", "jan@labe", "email_invalid"),
    ("email", "dva@@labe.example", "email_invalid"),
    ("email", "jan@labe.example, eva@labe.example", "email_invalid"),
    ("url", "www.labe.example", ["https://www.labe.example"]),
    ("url", "http://labe.example/a?b=c", ["http://labe.example/a?b=c"]),
    ("url", "javascript://labe.example", "url_invalid"),
    ("url", "není", "url_invalid"),
    *(("url", text, "url_invalid") for text in ("jan@firma.cz", "mailto:jan@firma.cz", "www.a.cz;www.b.cz", "a..cz")),
    ("url", "http://firma.cz:ano/", "url_invalid"),
    ("url", "http://eva:heslo@firma.cz:8080/a@b", ["http://eva:heslo@firma.cz:8080/a@b"]),
    ("url", "firma.cz/@eva", ["https://firma.cz/@eva"]),
    ("url", "ha\u0301c\u030cky.cz", ["https://ha\u0301c\u030cky.cz"]),
    ("url", "dvě slova.cz", "url_invalid"),
]


@pytest.mark.parametrize(("call", "value", "expected"), PHONES, ids=[f"{c}-{v!r}" for c, v, _ in PHONES])
def test_transforms_of_ways_to_reach_somebody(map_field: MapField, call: str, value: str, expected: Any) -> None:
    """Phones become one spelling, addresses are checked, and what fits neither has a code."""
    rule = f"{{from: A, transforms: [{f'{{{call}}}' if ':' in call else call}]}}"
    assert map_field(rule, {"A": value}) == _listed(expected)


MANY = "602123456, 603123456 x12, 999 999"
COUNTED = [
    ("phone: CZ", "drop", False, "602123456 x12", ["+420602123456"], 1),
    ("phone: CZ", "reject", False, "602123456 x12", ["+420602123456"], 1),
    ("phone: CZ", "drop", False, MANY, ["+420602123456", "+420603123456"], 2),
    ("phone: CZ", "drop", True, MANY, ["+420602123456"], 3),
    ("phone: CZ", "drop", True, "602123456", ["+420602123456"], 0),
    ("phone: CZ", "drop", False, "nevolat", [], 1),
    ("split: ','", "drop", True, "a,b,c", ["a"], 2),
]


@pytest.mark.parametrize(("call", "on_error", "one", "value", "sent", "dropped"), COUNTED)
def test_what_is_not_sent_of_a_value_is_counted(
    map_rows: MapRows, call: str, on_error: str, one: bool, value: str, sent: list[str], dropped: int
) -> None:
    """Extensions, digits that are no number, and what a field of one value has no room for."""
    rule = f"customFields.x: {{from: A, transforms: [{{{call}}}], on_error: {on_error}}}"
    target = TargetSchema(
        entity="contacts", fields={"customFields.x": TargetField(path="customFields.x")}, complete=True
    )
    rows = [{"LastName": "Nováková", "A": value}]
    mapped = map_rows(f"{CONTACTS}  {rule}\n", rows, target=target if one else None)
    assert json.loads(mapped.payload[0])["customFields"]["x"] == sent
    assert (mapped.dropped[0], mapped.problems[0]) == (dropped, "[]")


NEW_YEAR = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)
MOMENTS = [
    ("date", FieldKind.TEXT, "2026-03-29", ["2026-03-29"]),
    ("date: '%d.%m.%Y'", FieldKind.TEXT, "29.3.2026", ["2026-03-29"]),
    ("date: '%d.%m.%Y'", FieldKind.TEXT, "31.2.2026", "date_invalid"),
    ("date: {output: '%d.%m.%Y'}", FieldKind.DATE, date(2026, 3, 29), ["29.03.2026"]),
    *(
        (f"date: {{output: '{output}'}}", FieldKind.DATE, date(987, 1, 5), [text])
        for output, text in (
            ("%d.%m.%Y", "05.01.0987"),
            ("%F", "0987-01-05"),
            ("%G", "0987"),
            ("%C %Y", "09 0987"),
            ("100%%Y %y", "100%Y 87"),
        )
    ),
    ("date: '%a %d %b %Y'", FieldKind.TEXT, "Sun 29 Mar 2026", ["2026-03-29"]),
    ("date: '%G-W%V-%u'", FieldKind.TEXT, "2026-W13-7", ["2026-03-29"]),
    ("date: '%Y %W %a'", FieldKind.TEXT, "2026 12 Sun", ["2026-03-29"]),
    ("date: '%d.%m.%y'", FieldKind.TEXT, "29.3.69", ["1969-03-29"]),
    ("date: {format: '%d.%m.', output: '%-d %B'}", FieldKind.TEXT, "29.3.", ["29 March"]),
    ("datetime: '%m/%d/%Y %I:%M %p'", FieldKind.TEXT, "03/29/2026 1:30 PM", ["2026-03-29 13:30:00"]),
    ("datetime: {output: '%s %%s'}", FieldKind.DATETIME, NEW_YEAR, ["1767223800 %s"]),
    ("datetime: {output: '%s'}", FieldKind.DATETIME, datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), ["-1"]),
    ("datetime: {output: '%Y'}", FieldKind.DATETIME, datetime(987, 1, 5, tzinfo=UTC), ["0987"]),
    ("datetime", FieldKind.DATETIME, datetime(1, 1, 1, tzinfo=UTC), ["0001-01-01 00:57:44"]),
    ("date: {zone: America/New_York}", FieldKind.DATETIME, datetime(1, 1, 1, tzinfo=UTC), "date_failed"),
    ("trim", FieldKind.TIME, "09:30:00.000Z", ["09:30:00"]),
    ("datetime: {output: '%H:%M'}", FieldKind.TIME, "09:30:00.000Z", ["09:30"]),
    ("datetime: {output: '%H:%M'}", FieldKind.TEXT, "09:30", ["09:30"]),
    ("datetime: {output: '%H:%M'}", FieldKind.TEXT, "25:30", "datetime_invalid"),
    ("date", FieldKind.DATETIME, NEW_YEAR, ["2026-01-01"]),
    ("date: {zone: UTC}", FieldKind.DATETIME, NEW_YEAR, ["2025-12-31"]),
    ("date", FieldKind.TEXT, "2025-12-31T23:30:00Z", ["2026-01-01"]),
    ("date: {zone: UTC}", FieldKind.TEXT, "2026-01-01T00:30:00+01:00", ["2025-12-31"]),
    ("date: '%d.%m.%Y %H:%M %z'", FieldKind.TEXT, "31.12.2025 23:30 +0000", ["2026-01-01"]),
    ("date", FieldKind.DATETIME, None, []),
    ("datetime", FieldKind.DATETIME, NEW_YEAR, ["2026-01-01 00:30:00"]),
    ("datetime", FieldKind.DATE, date(2026, 3, 29), ["2026-03-29 00:00:00"]),
    *(
        ("datetime: {zone: Africa/Cairo, output: '%H:%M'}", kind, value, ["01:00"])
        for kind, value in ((FieldKind.DATE, date(2026, 4, 24)), (FieldKind.TEXT, "2026-04-24"))
    ),
    ("datetime", FieldKind.TEXT, "2026-03-29T01:30:00Z", ["2026-03-29 03:30:00"]),
    ("datetime", FieldKind.TEXT, "2026-03-29T12:00:00", ["2026-03-29 12:00:00"]),
    ("datetime: {zone: UTC}", FieldKind.TEXT, "2026-03-29T12:00:00", ["2026-03-29 14:00:00"]),
    ("datetime: {output: '%d.%m.%Y %H:%M'}", FieldKind.DATETIME, NEW_YEAR, ["01.01.2026 00:30"]),
    ("datetime", FieldKind.TEXT, "zítra", "datetime_invalid"),
    ("number", FieldKind.TEXT, "1 234.50", ["1234.5"]),
    ("number: {decimal_comma: true}", FieldKind.TEXT, "1.234,50", ["1234.5"]),
    *(
        ("number: {decimal_comma: true}", FieldKind.TEXT, text, expected)
        for text, expected in (
            ("12.500", ["12500"]),
            ("-1.234.567", ["-1234567"]),
            ("0,5", ["0.5"]),
            ("1.5", ["1.5"]),
            ("0.125", ["0.125"]),
            ("1,234.50", "number_invalid"),
            ("12,5.0", "number_invalid"),
            ("1.23,5", "number_invalid"),
            ("1,2,3", "number_invalid"),
        )
    ),
    ("number: {decimal_comma: true}", FieldKind.NUMBER, 1.234, ["1.234"]),
    ("number", FieldKind.BOOLEAN, True, ["1"]),
    ("number", FieldKind.NUMBER, float("nan"), "not_sendable"),
    ("number: 2", FieldKind.NUMBER, 0.125, ["0.13"]),
    ("number: 0", FieldKind.NUMBER, -2.5, ["-3"]),
    ("number", FieldKind.NUMBER, 0.0, ["0"]),
    ("number", FieldKind.TEXT, "1_000", "number_invalid"),
    ("number", FieldKind.TEXT, "NaN", "number_invalid"),
    ("number", FieldKind.TEXT, "1e999999999", "number_invalid"),
    ("boolean", FieldKind.BOOLEAN, False, ["0"]),
    ("boolean: {true: Ano, false: Ne}", FieldKind.BOOLEAN, False, ["Ne"]),
    ("boolean: {true: Ano}", FieldKind.TEXT, "YES", ["Ano"]),
    ("boolean", FieldKind.NUMBER, 1.0, ["1"]),
    ("boolean", FieldKind.TEXT, "možná", "boolean_invalid"),
    ("prefix: '#'", FieldKind.NUMBER, 5.0, ["#5"]),
    ("phone: CZ", FieldKind.NUMBER, 602123456.0, ["+420602123456"]),
    ("values: {true: CLOSE, false: OPEN}", FieldKind.BOOLEAN, False, ["OPEN"]),
    ("values: {5: pět}", FieldKind.NUMBER, 5.0, ["pět"]),
    ("values: {0: nula}", FieldKind.INTEGER, 0, ["nula"]),
    ("default: nic", FieldKind.BOOLEAN, False, ["0"]),
]


@pytest.mark.parametrize(("call", "kind", "value", "expected"), MOMENTS, ids=[f"{c}-{v}" for c, _, v, _ in MOMENTS])
def test_transforms_of_typed_values(map_field: MapField, call: str, kind: FieldKind, value: Any, expected: Any) -> None:
    """Dates, numbers and booleans arrive as such; moments are read and written in the server's zone."""
    rule = f"{{from: A, transforms: [{f'{{{call}}}' if ':' in call else call}]}}"
    assert map_field(rule, {"A": value}, kinds={"A": kind}) == _listed(expected)


ONES = [
    (FieldKind.BOOLEAN, True, "ano"),
    (FieldKind.BOOLEAN, False, "ne"),
    (FieldKind.INTEGER, 1, "jedna"),
    (FieldKind.NUMBER, 0.0, "nula"),
    (FieldKind.TEXT, "1", "jedna"),
]


@pytest.mark.parametrize(
    "table", ["{1: jedna, 0: nula, true: ano, false: ne}", "{true: ano, False: ne, 1: jedna, 0: nula}"]
)
@pytest.mark.parametrize(("kind", "value", "expected"), ONES)
def test_a_table_tells_true_from_one(
    map_field: MapField, table: str, kind: FieldKind, value: Any, expected: str
) -> None:
    """Whichever of them comes first; Python takes them for one key."""
    assert map_field(f"{{from: A, values: {table}}}", {"A": value}, kinds={"A": kind}) == [expected]


LISTS = [
    ("[first]", ["a", "b"], ["a"]),
    ("[last]", ["a", "b"], ["b"]),
    ("[unique]", ["b", "a", "b"], ["b", "a"]),
    ("[{join: ' / '}]", ["a", None, "b"], ["a / b"]),
    ("[join]", ["a", "b"], ["a, b"]),
    ("[join]", [None, None], []),
    ("[upper, unique]", ["a", "A"], ["A"]),
    ("[{split: ','}, unique]", ["a,b", "b,c"], ["a", "b", "c"]),
    ("[{default: x}]", [None, " "], ["x"]),
    ("[first]", [None, "b"], ["b"]),
]


@pytest.mark.parametrize(("calls", "values", "expected"), LISTS, ids=[f"{c}-{v}" for c, v, _ in LISTS])
def test_transforms_of_lists(map_field: MapField, calls: str, values: list[str | None], expected: list[str]) -> None:
    """Transforms of one value work on each of several; those of lists see the non-empty ones in order."""
    row = {**dict.fromkeys("ABC"), **dict(zip("ABC", values, strict=False))}
    assert map_field(f"{{from: [A, B, C], transforms: {calls}}}", row) == expected


def test_every_promised_transform_exists() -> None:
    """The list is closed, and nothing that the design names is missing."""
    promised = """trim collapse lower upper title_case truncate prefix strip_prefix phone email date datetime number
    boolean split join first last unique html_to_text url regex values default"""
    assert set(BUILT_IN) == set(promised.split())


@given(st.emails() | st.from_regex(r"[A-Za-z0-9._%+'-]{1,70}@[A-Za-z0-9.-]{1,20}\.[a-z]{2,3}", fullmatch=True))
@example("0@a.XN--90AIS")
def test_the_short_way_for_addresses_agrees_with_the_validator(text: str) -> None:
    """Whatever the e-mail transform says of an address, the library says too, with the domain in ASCII."""
    try:
        valid = validate_email(text, check_deliverability=False, test_environment=True)
        expected = f"{valid.local_part}@{valid.ascii_domain}"
    except EmailNotValidError:
        expected = "email_invalid"
    try:
        found = BUILT_IN["email"].make()(text)
    except UnfitValueError as exc:
        found = exc.code
    assert found == expected


@pytest.mark.parametrize("name", sorted(set(BUILT_IN) - {"regex"}))
@given(value=st.text() | st.text(alphabet="<>&;#x0123456789 ./-+@%()\n", max_size=30))
def test_no_text_makes_a_transform_fail_otherwise(name: str, value: str) -> None:
    """Any text at all is transformed or refused with a code."""
    given_options: dict[str, dict[str, Any]] = {
        "truncate": {"length": 3},
        "prefix": {"text": "x"},
        "strip_prefix": {"text": "x"},
        "values": {"table": {"a": 1}, "default": None},
        "default": {"value": "x"},
    }
    transform = BUILT_IN[name]
    usual = {key: option.default for key, option in transform.options.items()} | {"zone": "Europe/Prague"}
    options = given_options.get(name) or {key: usual[key] for key in transform.options}
    with contextlib.suppress(UnfitValueError):
        transform.make(**options)([value] if transform.takes == "list" else value)


def _listed(expected: Any) -> Any:
    return [expected] if isinstance(expected, str) else expected
