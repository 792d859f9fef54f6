"""What a file says, without how it is written: compared before and after a change."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TypeAlias

from salesforce_daktela.mapping.editing.edits import Edit, Insert, Move, Path, Remove, Rename, SetValue, Value
from salesforce_daktela.mapping.editing.emitting import shape_of
from salesforce_daktela.mapping.editing.tree import Node

Shape: TypeAlias = "tuple[str, str] | list[Shape] | Keys"
"""YAML's type and text of a single value, from which alone the reader makes it; items; or keys."""


@dataclass(slots=True)
class Keys:
    """Keys with their values, in the file's order."""

    pairs: list[tuple[Shape, Shape]]

    def place(self, name: str | int) -> int:
        """The number of a key."""
        return next(n for n, (key, _) in enumerate(self.pairs) if isinstance(key, tuple) and key[1] == name)


def shape(node: Node) -> Shape:
    """Return what a tree says."""
    if node.kind == "map":
        return Keys([(shape(entry.key), shape(entry.value)) for entry in node.entries if entry.key is not None])
    if node.kind == "list":
        return [shape(entry.value) for entry in node.entries]
    if node.type in ("null", "bool"):
        return node.type, node.value.lower() if node.type == "bool" else "null"
    return node.type, node.value


def wanted(value: Value) -> Shape:
    """Return what a value says. Raises ValueError for what no file can hold."""
    if isinstance(value, dict):
        return Keys([(("str", key), wanted(inner)) for key, inner in value.items()])
    if isinstance(value, list):
        return [wanted(inner) for inner in value]
    return shape_of(value)


def changed(before: Shape, edit: Edit) -> Shape:
    """Return what a file says after an edit whose path it has."""
    after = copy.deepcopy(before)
    holder, step = _walk(after, edit.path[:-1]), edit.path[-1]
    if isinstance(holder, Keys):
        _change_keys(holder, edit, str(step))
    elif isinstance(holder, list) and isinstance(step, int):
        _change_items(holder, edit, step)
    return after


def _walk(shape: Shape, path: Path) -> Shape:
    for step in path:
        if isinstance(shape, Keys):
            shape = shape.pairs[shape.place(step)][1]
        elif isinstance(shape, list) and isinstance(step, int):
            shape = shape[step]
    return shape


def _change_keys(keys: Keys, edit: Edit, name: str) -> None:
    if isinstance(edit, Insert):
        at = len(keys.pairs) if edit.after is None else keys.place(edit.after) + 1
        keys.pairs.insert(at, (("str", name), wanted(edit.value)))
        return
    at = keys.place(name)
    key, value = keys.pairs[at]
    if isinstance(edit, SetValue):
        keys.pairs[at] = (key, wanted(edit.value))
    elif isinstance(edit, Rename):
        keys.pairs[at] = (("str", edit.name), value)
    elif isinstance(edit, Remove):
        del keys.pairs[at]


def _change_items(items: list[Shape], edit: Edit, number: int) -> None:
    if isinstance(edit, Insert):
        items.insert(number, wanted(edit.value))
    elif isinstance(edit, SetValue):
        items[number] = wanted(edit.value)
    elif isinstance(edit, Remove):
        del items[number]
    elif isinstance(edit, Move):
        items.insert(edit.to, items.pop(number))
