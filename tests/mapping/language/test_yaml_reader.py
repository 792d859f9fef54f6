"""YAML is read without what a mapping never needs, and mistakes of its syntax are named."""

from __future__ import annotations

import pytest

from salesforce_daktela.mapping.language.loader import load_sync
from tests.mapping.conftest import CONTACTS, WriteSync, problems_of


@pytest.mark.parametrize("directive", ["%YAML 1.1", "%YAML 1.2", "%TAG ! tag:example.org,2026:"])
def test_a_directive_is_refused_with_its_reason(write_sync: WriteSync, directive: str) -> None:
    """YAML 1.1 would read 010 as 8 and yes as true."""
    found = problems_of(write_sync(contacts=f"{directive}\n---\n{CONTACTS}"))
    assert found == [
        "contacts.yaml:1: a directive changes how words and numbers are read: remove the line that begins with %"
    ]


def test_a_tab_in_the_indentation_is_named(write_sync: WriteSync) -> None:
    """It cannot be told from spaces by looking."""
    found = problems_of(write_sync(contacts=CONTACTS.replace("  title:", "\ttitle:")))
    assert found[0].endswith("use spaces, not tabs")


TRICKS = [
    ("a: &x [1]\nb: *x\n", "contacts.yaml:1: anchors and aliases are not allowed: write the value itself"),
    ("&a [*a]\n", "contacts.yaml:1: anchors and aliases are not allowed: write the value itself"),
    ("a: !!python/object x\n", "contacts.yaml:1: tags are not allowed"),
    ("a: !x {b: 1}\n", "contacts.yaml:1: tags are not allowed"),
    ("<<: {a: 1}\n", "contacts.yaml:1: merges are not allowed: write the keys themselves"),
    ("a: 1\n---\nb: 2\n", "contacts.yaml:2: a second document: remove the line `---`"),
    ("[" * 50_000, "contacts.yaml:1: nested deeper than 20 levels"),
    ("- a\n", "contacts.yaml:1: the file has no keys: see docs/mapping.md"),
    ("", "contacts.yaml:1: the file has no keys: see docs/mapping.md"),
    ("a: b: c\n", "contacts.yaml:1: not YAML: mapping values are not allowed here"),
    ("a:\n\t- b\n", "contacts.yaml:2: not YAML: found character '\\t' that cannot start any token"),
    ('a: "\\uD800"\n', "contacts.yaml:1: an incomplete character"),
    ("a: " + "x" * 300_000, "contacts.yaml:1: larger than 256 kB: split it"),
]


@pytest.mark.parametrize(("text", "expected"), TRICKS, ids=range(len(TRICKS)))
def test_refuses_yaml_that_a_mapping_never_needs(write_sync: WriteSync, text: str, expected: str) -> None:
    """Anchors, tags, merges, bottomless nesting and huge files never reach the model."""
    assert problems_of(write_sync(contacts=text))[0].startswith(expected)


def test_booleans_are_those_of_yaml_1_2(write_sync: WriteSync) -> None:
    """A bare ``no`` is a text: Norway stays Norway."""
    spec = load_sync(write_sync(contacts=CONTACTS + "  customFields.x: {from: A, values: {no: Norsko, true: Ano}}\n"))
    (call,) = spec.mapping("contacts").fields[-1].transforms
    assert call.options["table"] == {"no": "Norsko", True: "Ano"}


def test_files_that_are_not_utf_8_are_refused(write_sync: WriteSync) -> None:
    """A file saved in a Windows code page is an error, not wrong letters in Daktela."""
    folder = write_sync()
    (folder / "contacts.yaml").write_bytes("salesforce: Čtvrť".encode("cp1250"))
    assert problems_of(folder)[0] == "contacts.yaml:1: cannot be read (UnicodeDecodeError): save it as UTF-8 text"
