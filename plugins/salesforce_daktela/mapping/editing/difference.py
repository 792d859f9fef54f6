"""The fewest edits that make a value of a file another one, so that what is equal in both keeps its spelling."""

from __future__ import annotations

from salesforce_daktela.mapping.editing.edits import Edit, Insert, Move, Path, Remove, SetValue, Value
from salesforce_daktela.mapping.editing.plain import says
from salesforce_daktela.mapping.editing.tree import Entry, Node


def difference(path: Path, node: Node, value: Value) -> list[Edit]:
    """Return edits, to be made in this order, after which ``path``, where ``node`` stands now, says ``value``."""
    if says(node, value):
        return []
    if isinstance(value, dict) and node.kind == "map" and any(entry.name in value for entry in node.entries):
        return _keys(path, node, value)
    if isinstance(value, list) and node.kind == "list" and value and node.entries:
        return _moves(path, node, value) or _items(path, node, value)
    return [SetValue(path, value)]


def _keys(path: Path, node: Node, value: dict[str, Value]) -> list[Edit]:
    """New keys come before old ones go: a map that was empty in between would lose its style."""
    present = {entry.name: entry for entry in node.entries}
    edits: list[Edit] = []
    before: str | None = None
    for name, below in value.items():
        entry = present.get(name)
        if entry is None:
            edits.append(Insert((*path, name), below, before))
        else:
            edits += difference((*path, name), entry.value, below)
        before = name
    return edits + [Remove((*path, name)) for name in present if name is not None and name not in value]


def _moves(path: Path, node: Node, value: list[Value]) -> list[Edit]:
    """The moves that make one order of the other, none when the items differ otherwise."""
    left, edits = list(node.entries), list[Edit]()
    if len(left) != len(value):
        return []
    for place, item in enumerate(value):
        found = next((n for n, entry in enumerate(left[place:], place) if says(entry.value, item)), None)
        if found is None:
            return []
        if found != place:
            left.insert(place, left.pop(found))
            edits.append(Move((*path, found), place))
    return edits


def _items(path: Path, node: Node, value: list[Value]) -> list[Edit]:
    """What is equal at both ends stays; between them item for item, and the rest is put in or taken out."""
    old, start, end = node.entries, 0, 0
    shorter = min(len(old), len(value))
    while start < shorter and says(old[start].value, value[start]):
        start += 1
    while end < shorter - start and says(old[-1 - end].value, value[-1 - end]):
        end += 1
    both = shorter - end
    edits = _changed_items(path, old, value, start, both)
    edits += [Insert((*path, n), value[n]) for n in range(both, len(value) - end)]
    return edits + [Remove((*path, n)) for n in reversed(range(both, len(old) - end))]


def _changed_items(path: Path, old: tuple[Entry, ...], value: list[Value], start: int, end: int) -> list[Edit]:
    return [edit for n in range(start, end) for edit in difference((*path, n), old[n].value, value[n])]
