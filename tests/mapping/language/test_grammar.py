"""One table of keys: what the loader reads, what an editor is told and what the reference says agree."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from ruamel.yaml import YAML

from salesforce_daktela.mapping.language.grammar import APPROVE, LIMITS, MAPPING, RULE, SYNC
from salesforce_daktela.mapping.language.value_kinds import (
    Choice,
    Flag,
    Keys,
    Number,
    RefusedValueError,
    Share,
    Span,
    ValueKind,
)
from salesforce_daktela.mapping.model import Approvals, FieldRule, Limits, MappingSpec, SyncSpec

LEVELS = {"sync": SYNC, "limits": LIMITS, "approve": APPROVE, "mapping": MAPPING, "rule": RULE}
MODELS = {"sync": SyncSpec, "limits": Limits, "approve": Approvals, "mapping": MappingSpec, "rule": FieldRule}
RENAMED = {"salesforce": "sobject", "daktela": "entity", "from": "sources", "value": "sources", "values": "transforms"}
KINDS = [
    pytest.param(kind, id=f"{level}.{key}")
    for level, keys in LEVELS.items()
    for key, kind in keys.kinds.items()
    if not isinstance(kind, Keys)
]
WRITTEN = """
["", " ", x, keep, mark, contacts, reject, never, 10m, 8d, 30 s, -1d, 1%, 100%, 101%, 0%, .5%, 0.5 %, 1e1%, 20, 0, 1,
 -1, 10, 64, 65, 3.5, 0.1, 1000.5, 100000001, true, false, "*/15 * * * *", Europe/Prague, "Email != null", Contact,
 "c_{Id}", "č_{Id}", [], [a, b], [1], {a: 1}, 2026-03-29]
"""
DOCS = (Path(__file__).resolve().parents[3] / "docs" / "mapping.md").read_text(encoding="utf-8")
TABLES = [table.splitlines()[2:] for table in re.findall(r"(?:^\|.*\n)+", DOCS, re.MULTILINE)]


def accepts(kind: ValueKind, written: Any) -> bool:
    try:
        kind.read(written)
    except RefusedValueError:
        return False
    return True


@pytest.mark.parametrize("kind", KINDS)
def test_an_editor_underlines_nothing_that_the_loader_reads(kind: ValueKind) -> None:
    """Where a schema can say all of it, it also takes nothing else."""
    Draft7Validator.check_schema(kind.schema())
    validator = Draft7Validator(kind.schema())
    read = YAML(typ="rt", pure=True).load(WRITTEN)
    plain = YAML(typ="safe", pure=True).load(WRITTEN)
    for written, value in zip(read, plain, strict=True):
        taken = accepts(kind, written)
        assert validator.is_valid(value) or not taken, value
        if isinstance(kind, Choice | Flag | Number | Share):
            assert validator.is_valid(value) is taken, value


@pytest.mark.parametrize("level", LEVELS)
def test_every_key_has_its_place_in_the_model(level: str) -> None:
    """Whose field of that name holds the default."""
    known = {field.name for field in fields(MODELS[level])}
    assert {RENAMED.get(key, key) for key in LEVELS[level].kinds} - {"on_missing"} <= known


def rows_of(keys: Keys) -> dict[str, list[str]]:
    """The row of each key in the table of the reference that has these keys, by cells."""
    for table in TABLES:
        rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table]
        named = [re.match(r"`(\w+)", row[0]) for row in rows]
        if [found and found.group(1) for found in named] == list(keys.kinds):
            return dict(zip(keys.kinds, rows, strict=True))
    raise AssertionError(f"docs/mapping.md has no table of {', '.join(keys.kinds)} in this order")


@pytest.mark.parametrize("level", LEVELS)
def test_the_reference_has_each_key_with_its_choices_and_bounds(level: str) -> None:
    """In one table, in the order of the grammar; keys that cannot be left out are called required."""
    keys = LEVELS[level]
    for key, row in rows_of(keys).items():
        kind = keys.kinds[key]
        assert ("required" in row) is (key in keys.required), key
        if isinstance(kind, Choice):
            assert all(f"`{choice}`" in row[1] for choice in kind.choices), key
        if level == "limits" and isinstance(kind, Number):
            assert row[3] == f"{kind.least:.15g} to {kind.most:.15g}", key


@pytest.mark.parametrize("level", ["sync", "limits", "approve", "mapping"])
def test_the_reference_tells_the_defaults(level: str) -> None:
    """Each is written as a file would have it, and reads as the default of the model."""
    keys = LEVELS[level]
    defaults = {field.name: field.default for field in fields(MODELS[level])}
    for key, row in rows_of(keys).items():
        kind = keys.kinds[key]
        if isinstance(kind, Choice | Flag | Number | Share | Span) and defaults.get(key) is not None:
            told = re.match(r"as `on_delete`|`?([^`:,]+)", row[2])
            assert told, key
            if told.group(1) is not None:
                assert kind.read(YAML(typ="safe", pure=True).load(told.group(1))) == defaults[key], key
