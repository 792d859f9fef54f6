"""What an edit means, said a second time over plain Python, and where in a file it may show."""

from __future__ import annotations

import re
from datetime import UTC
from typing import Any

from salesforce_daktela.mapping.editing.edits import Edit, Insert, Move, Path, Remove, Rename, SetValue
from salesforce_daktela.mapping.editing.lines import line_end, line_start, next_line
from salesforce_daktela.mapping.editing.tree import Entry, Node
from salesforce_daktela.mapping.language.spelled_scalars import Spelled
from salesforce_daktela.mapping.language.yaml_reader import read_text
from salesforce_daktela.mapping.problems import MappingProblem
from salesforce_daktela.mapping.render import render

REMARK = re.compile(r"# (?:remark|at the end) \d+")
FIRST, LAST = 0, -1


def says(text: str) -> Any:
    """What the reader of mapping files reads, keys in order, types told apart."""
    problems: list[MappingProblem] = []
    data = read_text(text.removeprefix("\ufeff"), "a file", problems)
    assert problems == []
    return plain(data)


def plain(value: Any) -> Any:
    """Keys as a list of pairs, single values with their type."""
    if isinstance(value, dict):
        return {"keys": [(plain(key), plain(inner)) for key, inner in value.items()]}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, Spelled):
        return "spelled", value.written
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "number", render(value, UTC)
    for kind in (bool, str):
        if isinstance(value, kind):
            return kind.__name__, kind(value)
    return type(value).__name__, str(value)


def edited(said: Any, edit: Edit) -> Any:
    """What a file says after an edit."""
    return _changed(said, edit.path, edit)


def _changed(said: Any, path: Path, edit: Edit) -> Any:
    step = path[0]
    if isinstance(said, dict):
        return {"keys": _changed_keys(list(said["keys"]), ("str", step), path, edit)}
    items = list(said)
    assert isinstance(step, int)
    if len(path) > 1:
        items[step] = _changed(items[step], path[1:], edit)
    elif isinstance(edit, Insert):
        items.insert(step, plain(edit.value))
    elif isinstance(edit, SetValue):
        items[step] = plain(edit.value)
    elif isinstance(edit, Move):
        items.insert(edit.to, items.pop(step))
    else:
        del items[step]
    return items


def _changed_keys(pairs: list[Any], key: tuple[str, Any], path: Path, edit: Edit) -> list[Any]:
    if len(path) == 1 and isinstance(edit, Insert):
        at = len(pairs) if edit.after is None else _place(pairs, edit.after) + 1
        return [*pairs[:at], (key, plain(edit.value)), *pairs[at:]]
    at = _place(pairs, str(key[1]))
    name, value = pairs[at]
    if len(path) > 1:
        pairs[at] = (name, _changed(value, path[1:], edit))
    elif isinstance(edit, SetValue):
        pairs[at] = (name, plain(edit.value))
    elif isinstance(edit, Rename):
        pairs[at] = (("str", edit.name), value)
    else:
        del pairs[at]
    return pairs


def _place(pairs: list[Any], written: str) -> int:
    """Where a key stands; ``true`` and ``false`` are written in one of three ways, and read as what they mean."""
    same = [
        str(value) == written if kind != "bool" else str(value).lower() == written.lower() for (kind, value), _ in pairs
    ]
    return same.index(True)


def places(tree: Node) -> list[tuple[Path, Node]]:
    """Every path of a file that can be edited, with the node that holds it."""
    found: list[tuple[Path, Node]] = []

    def walk(node: Node, path: Path) -> None:
        for number, entry in enumerate(node.entries):
            below = (*path, number if entry.key is None else entry.key.value)
            found.append((below, node))
            walk(entry.value, below)

    walk(tree, ())
    return found


def holder(tree: Node, path: Path) -> tuple[Node, Entry | None]:
    """The node that holds a path's last step, and the entry that holds that node."""
    entry = None
    for step in path[:-1]:
        number = tree.find(step)
        assert number is not None
        entry = tree.entries[number]
        tree = entry.value
    return tree, entry


def touched(body: str, tree: Node, edit: Edit) -> tuple[int, int]:
    """From where to where an edit may change a text: the lines of its entry, and of the comma or bracket it needs."""
    parent, above = holder(tree, edit.path)
    number = parent.find(edit.path[-1])
    if isinstance(edit, Move) or not parent.entries:
        return line_start(body, parent.start), next_line(body, parent.end)
    if isinstance(edit, Insert):
        after = parent.find(edit.after) if edit.after is not None else None
        step = edit.path[-1]
        last = max(step - 1, 0) if isinstance(step, int) else len(parent.entries) - 1 if after is None else after
        return _lines(body, parent.entries[last])
    assert number is not None
    start, end = _lines(body, parent.entries[number])
    if isinstance(edit, Remove):
        if not parent.lines and number:
            start = _lines(body, parent.entries[number - 1])[FIRST]
        if parent.lines and len(parent.entries) == 1 and above is not None:
            start = line_start(body, above.mark or above.start)
        elif parent.lines and end == len(body) and start:
            start = line_end(body, start - 1) - 1
        end += len(body[end:]) - len(body[end:].lstrip(" \r\n")) if "|+" in body else 0
    return start, end


def _lines(text: str, entry: Entry) -> tuple[int, int]:
    end = entry.end if entry.comma is None else entry.comma
    return line_start(text, entry.start), next_line(text, end)


def lost_remarks(body: str, tree: Node, edit: Edit) -> set[str]:
    """The remarks that go with what is taken out or replaced."""
    if not isinstance(edit, SetValue | Remove):
        return set()
    parent, _ = holder(tree, edit.path)
    number = parent.find(edit.path[-1])
    assert number is not None
    entry = parent.entries[number]
    start = entry.start if isinstance(edit, Remove) else entry.value.start
    end = next_line(body, entry.end if entry.comma is None else entry.comma)
    return set(REMARK.findall(body[start:end]))
