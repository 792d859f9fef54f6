"""A project's own transforms are plain annotated functions, found by name and kept from harming other rows."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from salesforce_daktela.mapping.problems import MappingError
from salesforce_daktela.mapping.schema import FieldKind
from salesforce_daktela.mapping.transforms.registry import load_project_transforms
from tests.mapping.conftest import MapField

OWN = """
from __future__ import annotations
from datetime import date, datetime
from functools import lru_cache

_strip = lambda value: value.strip()

@lru_cache
def kept(value: str) -> str:
    return _strip(value)

also_kept = kept

def shown(value: str | None) -> str:
    return value

def all_shown(values: list[str] | None) -> str:
    return "+".join(values)

def scaled(value: str, *, by: float = 1.0) -> str:
    return f"{float(value) * by}"

def new_year(value: int) -> date:
    return date(value, 1, 1)

def shout(value: str, *, mark: str = "!") -> str:
    return value.upper() + mark

def biggest(values: list[str]) -> str:
    return max(values, key=len)

def letters(value: str) -> list[str]:
    return list(value)

def year(value: date) -> int:
    return value.year

def nothing(value: str) -> str | None:
    return None

def careless(value: str) -> str:
    return {}[value]

def odd(value: str) -> dict:
    return {"a": value}

def half(value: str) -> str:
    return "\\ud800"

def local(value: str) -> datetime:
    return datetime(2026, 1, 1)

def _helper(value):
    return value
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A transforms folder with one file of functions."""
    made = tmp_path / "transforms"
    made.mkdir()
    (made / "own.py").write_text(OWN, encoding="utf-8")
    return made


CALLS = [
    ("[shout]", "ano", ["ANO!"]),
    ("[{shout: '?'}]", "ano", ["ANO?"]),
    ("[{shout: {mark: ''}}]", "ano", ["ANO"]),
    ("[{split: ','}, biggest]", "a,bbb,cc", ["bbb"]),
    ("[letters, unique]", "aba", ["a", "b"]),
    ("[nothing]", "a", []),
    ("[nothing, {default: x}]", "a", ["x"]),
    ("[careless]", "a", ["careless_failed"]),
    ("[odd]", "a", ["odd_failed"]),
    ("[half]", "a", ["half_failed"]),
    ("[local]", "a", ["local_failed"]),
    ("[shout]", None, []),
    ("[kept]", " a ", ["a"]),
    ("[{split: ','}, all_shown]", "a,b", ["a+b"]),
    ("[{scaled: 2}]", "3", ["6.0"]),
    ("[{scaled: {by: 1.50}}]", "3", ["4.5"]),
]


@pytest.mark.parametrize(("calls", "value", "expected"), CALLS, ids=[f"{calls}-{value}" for calls, value, _ in CALLS])
def test_functions_work_as_transforms(
    map_field: MapField, folder: Path, calls: str, value: str | None, expected: list[str]
) -> None:
    """Options come from keyword arguments; whatever a function raises or returns concerns its own row only."""
    assert map_field(f"{{from: A, transforms: {calls}}}", {"A": value}, transforms=folder) == expected


def test_an_annotation_says_what_a_function_takes(map_field: MapField, folder: Path) -> None:
    """A function of dates gets no numbers, and one of texts gets the text that Daktela would get."""
    with pytest.raises(MappingError, match="year takes dates, but gets numbers"):
        map_field("{from: A, transforms: [year]}", {}, kinds={"A": FieldKind.NUMBER}, transforms=folder)
    rule = "{from: A, transforms: [shout]}"
    assert map_field(rule, {"A": 5.0}, kinds={"A": FieldKind.NUMBER}, transforms=folder) == ["5!"]


def test_an_annotation_that_allows_none_asks_for_the_same_values(map_field: MapField, folder: Path) -> None:
    """Such a function got numbers and dates as Python has them, and lists one by one."""
    rule = "{from: A, transforms: [shown]}"
    assert map_field(rule, {"A": 5.0}, kinds={"A": FieldKind.NUMBER}, transforms=folder) == ["5"]


def test_the_next_transform_is_judged_by_what_a_function_returns(map_field: MapField, folder: Path) -> None:
    """Not by what it was given."""
    row: dict[str, Any] = {"A": 2026}
    kinds = {"A": FieldKind.INTEGER}
    rule = "{from: A, transforms: [new_year, {date: {output: '%d.%m.%Y'}}]}"
    assert map_field(rule, row, kinds=kinds, transforms=folder) == ["01.01.2026"]
    assert map_field("{from: A, transforms: [new_year, year]}", row, kinds=kinds, transforms=folder) == ["2026"]
    with pytest.raises(MappingError, match="lower takes text, but gets dates"):
        map_field("{from: A, transforms: [new_year, lower]}", row, kinds=kinds, transforms=folder)


REFUSED = [
    (
        "from typing import Sequence\ndef own(values: Sequence[str]) -> str: ...",
        "own.py:2: own: values has a type that no value has: write list[str] for several values",
    ),
    (
        "async def own(value: str) -> str: ...",
        "own.py:1: own: gives no result when it is called: write it without async",
    ),
    ("def own(value: str) -> str: yield value", "own.py:1: own: gives no result when it is called: write it without"),
    (
        "def own(value): return value",
        "own.py:1: own: no type annotation for value, the result: annotate every argument",
    ),
    ("\ndef own(a: str, b: str) -> str: ...", "own.py:2: own: a transform takes one value and keyword-only options"),
    ("def own(*values: str) -> str: ...", "own.py:1: own: a transform takes one value and keyword-only options"),
    ("def own(value: str, *, x: list) -> str: ...", "own.py:1: own: option x has a type that YAML does not have"),
    ("def own(value: 'Unknown') -> str: ...", "own.py:1: own: an annotation cannot be read"),
    ("def trim(value: str) -> str: ...", "own.py:1: trim: a transform of that name exists already"),
    ("x = 1\nraise KeyError('x')", "own.py:2: cannot be imported (KeyError: 'x')"),
    ("def own(:", "own.py:1: cannot be imported (SyntaxError:"),
]


@pytest.mark.parametrize(("source", "expected"), REFUSED, ids=[source for source, _ in REFUSED])
def test_functions_that_cannot_be_transforms_are_named(tmp_path: Path, source: str, expected: str) -> None:
    """A bad signature or a broken file is a mistake of the mapping, with its line."""
    (tmp_path / "own.py").write_text(source)
    with pytest.raises(MappingError) as caught:
        load_project_transforms(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path.name}/{expected}")


def test_all_files_are_judged_before_anything_is_said(tmp_path: Path) -> None:
    """Two mistakes in two files are one error, and a name may be used once."""
    (tmp_path / "a.py").write_text("def one(value: str) -> str: ...\ndef two(value): ...\n")
    (tmp_path / "b.py").write_text("def one(value: str) -> str: ...\n")
    with pytest.raises(MappingError) as caught:
        load_project_transforms(tmp_path)
    assert [(problem.path, problem.position.line) for problem in caught.value.problems] == [("two", 2), ("one", 1)]


def test_what_cannot_be_read_is_named_with_what_to_do(tmp_path: Path) -> None:
    """A folder that is called like a Python file is no file, and the message says what is needed instead."""
    (tmp_path / "own.py").mkdir()
    with pytest.raises(MappingError) as caught:
        load_project_transforms(tmp_path)
    assert "cannot be read (IsADirectoryError): make it a file that the user who runs Airflow can read" in str(
        caught.value
    )


def test_the_folder_stays_off_the_search_path(tmp_path: Path) -> None:
    """A file called like a standard module replaces nothing."""
    (tmp_path / "json.py").write_text("def own(value: str) -> str:\n    return value\n")
    before = list(sys.path)
    assert set(load_project_transforms(tmp_path)) == {"own"}
    assert sys.path == before
    assert sys.modules["json"].__name__ == "json"


@pytest.mark.parametrize("folder", [None, Path("/nonexistent/transforms")])
def test_no_folder_means_no_transforms(folder: Path | None) -> None:
    """Most projects have none of their own."""
    assert load_project_transforms(folder) == {}
