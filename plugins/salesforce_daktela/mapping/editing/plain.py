"""What stands in a mapping file, as values that can be changed and written back."""

from __future__ import annotations

import contextlib

from salesforce_daktela.mapping.editing.edits import Bare, Value
from salesforce_daktela.mapping.editing.emitting import shape_of
from salesforce_daktela.mapping.editing.shapes import wanted
from salesforce_daktela.mapping.editing.tree import Node


def plain(node: Node) -> Value:
    """Return a node's value; keys are their texts. Raises ValueError for keys that are no single value."""
    if node.kind == "map":
        if any(entry.name is None for entry in node.entries):
            raise ValueError("a key that is no single value")
        return {str(entry.name): plain(entry.value) for entry in node.entries}
    if node.kind == "list":
        return [plain(entry.value) for entry in node.entries]
    if node.type == "null":
        return None
    if node.type == "bool":
        return node.value.lower() == "true"
    return _number(node) if node.type in ("int", "float", "timestamp") else node.value


def _number(node: Node) -> Value:
    with contextlib.suppress(ValueError):
        number = int(node.value) if node.type == "int" else float(node.value)
        if shape_of(number) == (node.type, node.value):
            return number
    return Bare(node.value)


def says(node: Node, value: Value) -> bool:
    """Whether a node is written for this value, whatever its style and the type of its keys."""
    try:
        return wanted(plain(node)) == wanted(value)
    except ValueError:
        return False
