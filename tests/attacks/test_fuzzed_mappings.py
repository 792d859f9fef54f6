"""Spoiled mapping files: whatever a folder holds, it is either used or refused with places and advice."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.problems import MappingError
from tests.attacks.fuzzing import run_mappings
from tests.mapping.conftest import CONTACTS, WriteSync

MEGABYTE = 1024
"""Of ``ru_maxrss``, which counts kilobytes."""


def problems_of(folder: Path, transforms: Path | None = None) -> str:
    """The text of the error that loading a folder ends in."""
    with pytest.raises(MappingError) as caught:
        load_sync(folder, transforms_folder=transforms)
    return str(caught.value)


def test_spoiled_folders_are_used_or_refused_with_a_place(caplog: pytest.LogCaptureFixture) -> None:
    """Never a crash, never a problem without its file, line and advice."""
    found = run_mappings(300, seed=4)
    assert found["misreported"] == 0, caplog.text
    assert found["fuzzed_mappings"] == found["accepted"] + found["refused"] == 300
    assert min(found["accepted"], found["refused"]) > 20


@pytest.mark.heavy
def test_more_spoiled_folders_in_bounded_memory(caplog: pytest.LogCaptureFixture) -> None:
    """A thousand more do not add up to anything."""
    run_mappings(50, seed=5)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert run_mappings(1_000, seed=6)["misreported"] == 0, caplog.text
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * MEGABYTE


def test_mistakes_of_several_files_are_told_at_once(write_sync: WriteSync, tmp_path: Path) -> None:
    """A sync file, two mapping files and a transform, each with its own."""
    transforms = tmp_path / "transforms"
    transforms.mkdir()
    (transforms / "own.py").write_text("def f(:\n")
    folder = write_sync(
        {
            "sync": "mappings: [contacts, leads]\nschedule: never\ntimezone: Europe/Praha\n",
            "contacts": CONTACTS.replace("LastName", "Last Name"),
            "leads": "salesforce: Lead\nsalesforce: Lead\n",
        }
    )
    text = problems_of(folder, transforms)
    for place in ("own.py:1", "sync.yaml:2", "sync.yaml:3", "contacts.yaml:5", "contacts.yaml:6", "leads.yaml:2"):
        assert place in text


def test_a_problem_stays_on_its_line_whatever_it_quotes(write_sync: WriteSync) -> None:
    """A key cannot forge another problem, colour a terminal, or turn the direction of writing."""
    text = problems_of(write_sync(contacts=f'{CONTACTS}"x\\nsync.yaml:1: all is well\\e[2J\\u202e": 1\n'))
    assert text.splitlines() == [text]
    assert "x\\nsync.yaml:1: all is well\\x1b[2J\\u202e: unknown key" in text


def test_a_long_word_is_cut_in_its_problem(write_sync: WriteSync) -> None:
    """An error that nobody can read helps nobody."""
    text = problems_of(write_sync(contacts=CONTACTS.replace("contacts", "k" * 50_000)))
    assert len(text) < 1_000
    assert text.startswith("mappings/demo/contacts.yaml:2: daktela: unknown model kkk")


def test_an_error_lists_a_bounded_number_of_problems(write_sync: WriteSync) -> None:
    """The last line says how many are left."""
    text = problems_of(write_sync(contacts=CONTACTS + "a: 1\n" * 1_000))
    assert len(text.splitlines()) == 201
    assert text.splitlines()[-1].endswith("800 more problems: correct the ones above first")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a: b\n" * 20_000, "more than 10000 keys and values: split it"),
        ("[" * 100_000, "nested deeper than 20 levels"),
        ("a: &a [b]\nb: &b [*a, *a]\nc: [*b, *b]\n", "anchors and aliases are not allowed"),
    ],
    ids=["many", "deep", "a bomb"],
)
def test_files_that_swell_are_left_before_they_do(write_sync: WriteSync, text: str, what: str) -> None:
    """Reading stops at the bound; nothing is built."""
    assert what in problems_of(write_sync(contacts=text))


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("import sys\nsys.exit(3)\n", "own.py:2: cannot be imported (SystemExit: 3): correct the file"),
        (
            "class E(Exception):\n    def __str__(self):\n        raise ValueError\nraise E\n",
            "own.py:4: cannot be imported (E): correct the file",
        ),
        (
            "def f(value: 'str | ') -> str:\n    return value\n",
            "own.py:1: f: an annotation cannot be read (SyntaxError",
        ),
        ("def f(value: '1/0') -> str:\n    return value\n", "own.py:1: f: an annotation cannot be read (ZeroDivision"),
    ],
    ids=["exits", "an exception without words", "half an annotation", "an annotation that fails"],
)
def test_a_transform_file_that_misbehaves_is_a_problem(
    write_sync: WriteSync, tmp_path: Path, code: str, what: str
) -> None:
    """With the file, the line and what it did."""
    (tmp_path / "transforms").mkdir()
    (tmp_path / "transforms" / "own.py").write_text(code)
    assert what in problems_of(write_sync(), tmp_path / "transforms")


@pytest.mark.parametrize(
    ("call", "what"),
    [
        ("{date: '%d%d'}", "date: format: redefinition of group name 'd'"),
        ("{date: {output: '%s'}}", "date: output: a date has no time of day, which %s would write"),
        ("{regex: 'a{99999999999999999999}'}", "regex: pattern: not a regular expression"),
        ("{regex: 'a{1000000000}'}", "regex: pattern: must not repeat anything more than 999 times"),
        ("{regex: 'a{1,1000000000}'}", "regex: pattern: must not repeat anything more than 999 times"),
    ],
)
def test_an_option_that_python_chokes_on_is_a_problem(write_sync: WriteSync, call: str, what: str) -> None:
    """Not an exception of the library behind it."""
    assert what in problems_of(write_sync(contacts=f"{CONTACTS}  firstname: {{from: A, transforms: [{call}]}}\n"))
