"""One row never stops a part: every transform meets every kind of odd value, and the row beside it comes through."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from salesforce_daktela.mapping.problems import MappingError
from salesforce_daktela.mapping.schema import FieldKind
from salesforce_daktela.mapping.transforms.registry import BUILT_IN
from tests.mapping.conftest import CONTACTS, MapRows

TEXTS = (
    "", " ", "\0", "\u200b", "\ufeff", "\u202e", "\ufffd", "e\u0301" * 40, "\u0301", "🇨🇿" * 9, "👩\u200d🚀",
    "İßŉǆ", "ﬁ", "٣", "²", "½", "1e999", "-0", "+", ".", "1.2.3", "1,5", "NaN", "Infinity", "0x1F", "1_000",
    "00", "+420", "602123456,,", ";ext=", "1" * 300, "/" * 99, "x" * 99, ",;/|x#" * 20, "@", "a@", "@b.cz",
    "a@b@c.cz", '"a"@b.cz', "a@xn--.cz", "a@" + "b" * 300, "http://", "https://[", "//", "http://a.b:99999999",
    "javascript:a", "<", "<>", "</", "<a", "<!--", "<![CDATA[", "<b>" * 300,
    "<?xml version='1.0' encoding='utf-16'?>", "&", "&#", "&#0;", "&#x110000;", "&nbsp", "%", "%s", "{}",
    "{Id}", "\\1", "(", "[", "0000-00-00", "0001-01-01", "9999-12-31T23:59:59Z", "10000-01-01", "2026-02-30",
    "2026-03-29T02:30:00", "24:00:00", "T", "09:30:00.000Z", "99:99", "2026-W53-7", "00:00:00.000+99:99",
    "a" * 30_000 + "!",
)  # fmt: skip
VALUES: dict[FieldKind, tuple[Any, ...]] = {
    FieldKind.TEXT: TEXTS,
    FieldKind.TIME: TEXTS,
    FieldKind.MULTIPICKLIST: (*TEXTS, ";", ";;a;;", "a;a", ";".join(TEXTS[:20])),
    FieldKind.BOOLEAN: (True, False),
    FieldKind.INTEGER: (0, -1, 2**63 - 1, -(2**63)),
    FieldKind.NUMBER: (0.0, -0.0, 1e308, 5e-324, float("nan"), float("inf"), float("-inf"), 602123456.0),
    FieldKind.DATE: (date.min, date.max, date(987, 1, 5)),
    FieldKind.DATETIME: (
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
        datetime(1890, 1, 1, tzinfo=UTC),
    ),
}
CALLS = {
    **{name: (name,) for name in sorted(BUILT_IN)},
    "truncate": ("{truncate: 1}", "{truncate: 7}"),
    "prefix": ("{prefix: x}",),
    "strip_prefix": ("{strip_prefix: '0'}",),
    "regex": ("{regex: '^(a+)b'}", "{regex: {pattern: '.', replace: ''}}", "{regex: '(x)|y'}"),
    "values": ("{values: {a: b, 1: c, true: d}}",),
    "default": ("{default: x}",),
    "phone": ("phone", "{phone: CZ}", "{phone: {region: US, format: national}}"),
    "html_to_text": ("html_to_text", "{html_to_text: likely}", "{html_to_text: always}"),
    "date": ("date", "{date: '%d.%m.%Y'}", "{date: {output: '%F %G %a %C', zone: America/New_York}}"),
    "datetime": (
        "datetime",
        "{datetime: {output: '%H:%M'}}",
        "{datetime: {output: '%a %F %T %s', zone: Pacific/Kiritimati}}",
    ),
    "number": ("number", "{number: {decimals: 20, decimal_comma: true}}"),
    "split": ("split", "{split: '<'}"),
}
FINE = "Nováková"


@pytest.mark.parametrize("on_error", ["reject", "drop"])
@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize("name", CALLS)
def test_a_value_is_used_or_its_row_is_refused(map_rows: MapRows, name: str, kind: FieldKind, on_error: str) -> None:
    """Whatever the value; a transform that is not made for its kind is refused before any row."""
    for call in CALLS[name]:
        rule = f"{{from: A, transforms: [{call}], on_error: {on_error}}}"
        mapping = f'{CONTACTS}  customFields.x: {rule}\n  customFields.y: "a {{A}} b"\n'
        rows = [{"LastName": FINE, "A": value} for value in (*VALUES[kind], None)]
        try:
            mapped = map_rows(mapping, rows, kinds={"A": kind})
        except MappingError as exc:
            refused = "no entry of this table" if name == "values" else f"{name} takes"
            assert refused in str(exc)  # noqa: PT017 either is right, and nothing else
            continue
        assert len(mapped) == len(rows)
        for payload, problems in zip(mapped.payload, mapped.problems, strict=True):
            sent = json.loads(payload)
            assert sent["title"] == FINE
            for problem in json.loads(problems):
                assert problem["code"].replace("_", "").isalpha()
            for text in sent.get("customFields", {}).get("x", []):
                assert isinstance(text, str)
                assert text.strip()


def test_a_template_does_not_leave_out_what_has_no_text(map_rows: MapRows) -> None:
    """A moment beyond the calendar is a reject there as it is by itself."""
    moment = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    rows = [{"LastName": FINE, "A": value} for value in (moment, None)]
    rule = "{from: '{LastName} {A}', transforms: [trim]}"
    for line in ('"{LastName} {A}"', "[A, LastName]", rule):
        mapped = map_rows(f"{CONTACTS}  customFields.x: {line}\n", rows, kinds={"A": FieldKind.DATETIME})
        assert [bool(json.loads(problems)) for problems in mapped.problems] == [True, False]


OWN = """
import sys
from datetime import date, datetime
from decimal import Decimal

class Mute(Exception):
    def __str__(self):
        raise ValueError

class Text(str):
    pass

ODD = {
    "exit": sys.exit, "deep": lambda: _deep(), "mute": lambda: _raising(Mute()),
    "stop": lambda: _raising(StopIteration()),
    "memory": lambda: _raising(MemoryError()), "assert": lambda: _raising(AssertionError()),
    "nan": lambda: float("nan"),
    "infinite": lambda: Decimal("Infinity"), "large": lambda: 10**5000, "naive": lambda: datetime(2026, 1, 1),
    "object": lambda: object(), "dict": lambda: {}, "bytes": lambda: b"a", "nested": lambda: [["a"]],
    "surrogate": lambda: chr(0xD800), "surrogates": lambda: ["a", chr(0xDFFF)], "type": lambda: str,
    "generator": lambda: (letter for letter in "ab"), "set": lambda: {"a"}, "complex": lambda: 1j,
}
GOOD = {"text": lambda: Text("a"), "none": lambda: None, "list": lambda: ["a", None, ""], "tuple": lambda: ("a",),
    "nul": lambda: chr(0) + "a", "false": lambda: False, "first": lambda: date.min}

def _deep():
    return _deep()

def _raising(error):
    raise error

def _found(value):
    return {**ODD, **GOOD, "fine": lambda: "fine"}[value]()
"""
FUNCTIONS = """
from typing import Any

def odd(value: str) -> Any:
    return _found(value)

def odd_list(value: list[str]) -> Any:
    return _found(value[0])
"""
REFUSED = (
    *(
        "exit",
        "deep",
        "mute",
        "stop",
        "memory",
        "assert",
        "nan",
        "infinite",
        "large",
        "naive",
        "object",
        "dict",
        "bytes",
    ),
    *("nested", "surrogate", "surrogates", "type", "generator", "set", "complex"),
)
SENT = {"text": ["a"], "none": [], "list": ["a"], "tuple": ["a"], "nul": ["a"], "false": ["0"], "first": ["0001-01-01"]}


@pytest.mark.parametrize("call", ["odd", "odd_list"])
def test_whatever_a_projects_transform_does_is_that_rows_alone(map_rows: MapRows, tmp_path: Path, call: str) -> None:
    """It raises, exits, or gives something that has no text: the other rows are sent."""
    folder = tmp_path / "transforms"
    folder.mkdir()
    (folder / "own.py").write_text(OWN + FUNCTIONS)
    rows = [{"LastName": FINE, "A": value} for value in (*REFUSED, *SENT, "fine")]
    mapped = map_rows(f"{CONTACTS}  customFields.x: {{from: A, transforms: [{call}]}}\n", rows, transforms=folder)
    found = [json.loads(problems) for problems in mapped.problems]
    assert [value for value, problems in zip(rows, found, strict=True) if problems] == rows[: len(REFUSED)]
    assert {problem["code"] for problems in found for problem in problems} <= {f"{call}_failed", "not_sendable"}
    sent = [json.loads(payload)["customFields"]["x"] for payload in mapped.payload[len(REFUSED) :]]
    assert sent == [*SENT.values(), ["fine"]]
