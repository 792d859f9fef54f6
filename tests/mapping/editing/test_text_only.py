"""What a screen shows only as its text: the table in docs/ui.md, held against the loader and the form."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from salesforce_daktela.mapping.editing.controls import SETTINGS
from salesforce_daktela.mapping.editing.controls import SYNC as SYNC_CONTROLS
from salesforce_daktela.mapping.editing.form import read_form
from salesforce_daktela.mapping.language import grammar
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.problems import MappingError

DOCS = Path(__file__).resolve().parents[3] / "docs" / "ui.md"
MAPPING = {
    "salesforce": "Contact",
    "daktela": "contacts",
    "key": '"sf_{Id}"',
    "fields": "{title: Name, lastname: Name}",
}
SYNC = {"mappings": "[contacts]"}
WRITTEN = (
    *("x", '"x"', "007", "1", "1.5", "true", "~", '""', "2026-01-01", "users", "trim", "Name", '"{Name}"', "[Name]"),
    *("[]", "[a]", "[1]", "[[a]]", "[x, 1, true]", "[title]", "[trim, {truncate: 5}]", "[{date: {format: '%d'}}]"),
    *("{}", "{a: 1}", "{a: ~}", "{1: a}", "{true: a}", "{a: [1]}", "{a: {b: 1}}", "{title: x}", "{truncate: 5}"),
    *("{lag: 5s}", "{removals: true}"),
)
"""Values of every shape that YAML has."""


def spelled(keys: dict[str, str]) -> str:
    return "".join(f"{key}: {value}\n" for key, value in keys.items())


def loads(home: Path, sync: str, mapping: str) -> bool:
    folder = home / "mappings" / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sync.yaml").write_text(sync)
    (folder / "contacts.yaml").write_text(mapping)
    try:
        load_sync(folder)
    except MappingError:
        return False
    return True


def rule(key: str, value: str) -> str:
    """A field whose rule has a key."""
    keys = {**({} if key == "value" else {"from": "Name"}), **({"lookup": "users"} if key == "on_missing" else {})}
    inner = ", ".join(f"{name}: {said}" for name, said in {**keys, key: value}.items())
    return f"{{title: Name, lastname: Name, customFields.z: {{{inner}}}}}"


def table(title: str) -> set[str]:
    """The texts in the first column of the table below a heading."""
    section = DOCS.read_text().split(f"\n### {title}\n")[1].split("\n#")[0]
    return {
        found
        for line in section.splitlines()
        if line.startswith("| `")
        for found in re.findall(r"`([^`]+)`", line.split("|")[1])
    }


@pytest.mark.heavy
def test_of_what_loads_only_the_listed_has_no_control(tmp_path: Path) -> None:
    """Each key of the language with values of every shape."""
    found = set()
    for value in WRITTEN:
        for key in grammar.MAPPING.kinds:
            text = spelled({**MAPPING, **({"on_delete": "mark"} if key == "mark" else {}), key: value})
            if loads(tmp_path, spelled(SYNC), text) and read_form(text).unshown:
                found.add(f"{key}: {value}")
        for key in grammar.SYNC.kinds:
            text = spelled({**SYNC, key: value})
            if loads(tmp_path, text, spelled(MAPPING)) and read_form(text, controls=SYNC_CONTROLS).unshown:
                found.add(f"{key}: {value}")
        for key in grammar.RULE.kinds:
            text = spelled({**MAPPING, "fields": rule(key, value)})
            if loads(tmp_path, spelled(SYNC), text) and read_form(text).unshown:
                found.add(f"{key}: {value}")
    assert found == table("Files that load")


@pytest.mark.parametrize("text", sorted(table("Files with mistakes")))
def test_what_is_listed_of_files_with_mistakes_is_shown_as_its_text(text: str, tmp_path: Path) -> None:
    """Though the loader refuses it."""
    key = text.split(":")[0]
    whole = spelled({name: value for name, value in MAPPING.items() if name != key}) + text.replace("␤", "\n") + "\n"
    assert not loads(tmp_path, spelled(SYNC), whole)
    assert [each.text for each in read_form(whole).unshown] != []


def test_the_reference_of_keys_is_whole() -> None:
    """A key that is added to the language has a control."""
    assert set(SETTINGS) == set(grammar.MAPPING.kinds)
    assert set(SYNC_CONTROLS) == set(grammar.SYNC.kinds)
