"""Edits applied to the text of a mapping file: every other byte stays."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from salesforce_daktela.mapping.editing import block, flow
from salesforce_daktela.mapping.editing.edits import Edit, EditError, Insert, Move, Path, Remove, Rename, SetValue
from salesforce_daktela.mapping.editing.emitting import emit, emit_key
from salesforce_daktela.mapping.editing.inside import replace_key, replace_value
from salesforce_daktela.mapping.editing.lines import column
from salesforce_daktela.mapping.editing.shapes import changed, shape, wanted
from salesforce_daktela.mapping.editing.splices import Splice, spliced
from salesforce_daktela.mapping.editing.tree import Entry, Node, read_tree
from salesforce_daktela.mapping.language.yaml_reader import UNREADABLE, read_text
from salesforce_daktela.mapping.problems import MappingError, MappingProblem

BOM = "\ufeff"
BY_HAND = "change it in a text editor"


def open_text(text: str, *, file: str = "the file") -> tuple[str, Node]:
    """Return a file's text without a byte order mark, and its tree.

    Raises MappingError with the places where it is not YAML of ours; ``file`` is its name in them.
    """
    body, problems = text.removeprefix(BOM), list[MappingProblem]()
    if read_text(body, file, problems) is None or problems:
        raise MappingError(problems)
    return body, read_tree(body)


def apply(text: str, edits: Sequence[Edit], *, file: str = "the file") -> str:
    """Return the text after all edits, made one after the other.

    Raises MappingError as ``open_text`` does, and EditError for an edit that cannot be made as it was meant.
    """
    body, tree = open_text(text, file=file)
    for run in _runs(edits):
        for part in [run] if _stands_in_lines(tree, run[0]) else [[edit] for edit in run]:
            body, tree = _applied(body, tree, part)
    if edits:
        _refuse_unreadable(body, file, edits[-1].path)
    return BOM * text.startswith(BOM) + body


def _runs(edits: Sequence[Edit]) -> list[list[Edit]]:
    """The edits in groups that are made at once: new keys, each after the one before, are one place of the text.

    Everything is parsed anew after each group, and forms add dozens of rows.
    """
    runs: list[list[Edit]] = []
    for edit in edits:
        if runs and _goes_on(runs[-1], edit):
            runs[-1].append(edit)
        else:
            runs.append([edit])
    return runs


def _goes_on(run: Sequence[Edit], edit: Edit) -> bool:
    before = run[-1]
    return (
        isinstance(before, Insert)
        and isinstance(edit, Insert)
        and isinstance(edit.path[-1], str)
        and edit.path[:-1] == before.path[:-1]
        and edit.after == before.path[-1]
        and edit.path[-1] not in [each.path[-1] for each in run]
    )


def _stands_in_lines(tree: Node, edit: Edit) -> bool:
    """Whether the path's map or list has its entries below each other; False, too, where it is not there."""
    try:
        return _parent(tree, edit.path).lines
    except EditError:
        return False


def _applied(text: str, tree: Node, run: Sequence[Edit]) -> tuple[str, Node]:
    edit = run[0]
    try:
        if _says_so_already(tree, edit):
            return text, tree
        after = spliced(text, _splices(text, tree, run))
        expected = reduce(changed, run, shape(tree))
    except ValueError as exc:
        raise EditError(edit.path, str(exc), BY_HAND) from exc
    try:
        found = read_tree(after)
        if shape(found) == expected:
            return after, found
    except UNREADABLE:
        pass
    raise EditError(edit.path, "the way this file is written leaves no safe place for the change", BY_HAND)


def _refuse_unreadable(text: str, file: str, path: Path) -> None:
    problems = list[MappingProblem]()
    if read_text(text, file, problems) is None or problems:
        raise EditError(path, f"the file could not be read afterwards ({problems[0].what})", BY_HAND)


def _says_so_already(tree: Node, edit: Edit) -> bool:
    if not isinstance(edit, SetValue):
        return False
    _, entry = _entry(tree, edit.path)
    return shape(entry.value) == wanted(edit.value)


def _splices(text: str, tree: Node, run: Sequence[Edit]) -> list[Splice]:
    edit = run[0]
    if isinstance(edit, Insert):
        return _insert(text, tree, edit, [each for each in run if isinstance(each, Insert)])
    parent, entry = _entry(tree, edit.path)
    if isinstance(edit, SetValue):
        return replace_value(text, parent, entry, emit(edit.value, entry.value.style))
    if isinstance(edit, Rename):
        _refuse_taken(parent, edit.path, edit.name)
        return replace_key(entry, emit_key(edit.name, "" if entry.key is None else entry.key.style))
    if isinstance(edit, Move):
        return _move(text, parent, edit)
    return _remove(text, tree, parent, edit)


def _insert(text: str, tree: Node, edit: Insert, run: Sequence[Insert]) -> list[Splice]:
    parent, step = _parent(tree, edit.path), edit.path[-1]
    if isinstance(step, str):
        return _insert_keys(text, tree, parent, run)
    if not 0 <= step <= len(parent.entries):
        raise EditError(edit.path, "the list is shorter", "read the file again")
    new = emit(edit.value)
    if parent.lines:
        return block.insert(text, parent, step, [f"- {new}"])
    return flow.insert(text, parent, step, new)


def _insert_keys(text: str, tree: Node, parent: Node, run: Sequence[Insert]) -> list[Splice]:
    first, keys = run[0], [(str(edit.path[-1]), edit.value) for edit in run]
    for edit, (name, _) in zip(run, keys, strict=True):
        _refuse_taken(parent, edit.path, name)
    number = len(parent.entries) if first.after is None else _number(parent, first.path, first.after) + 1
    if not parent.lines:
        ((name, value),) = keys
        return flow.insert(text, parent, number, f"{emit_key(name)}: {emit(value)}")
    indent, step, lines = column(text, parent.entries[0].start), _step(text, tree), list[str]()
    for name, value in keys:
        own, *below = block.write_key(name, value, indent, step)
        lines += [f"{' ' * indent}{own}" if lines else own, *below]
    return block.insert(text, parent, number, lines)


def _remove(text: str, tree: Node, parent: Node, edit: Remove) -> list[Splice]:
    number = _number(parent, edit.path, edit.path[-1])
    if not parent.lines:
        return flow.remove(text, parent, number)
    if len(parent.entries) > 1:
        return block.remove(text, parent, number)
    if len(edit.path) == 1:
        raise EditError(edit.path, "it is the only key of the file", "delete the file instead")
    return block.empty(text, parent, _entry(tree, edit.path[:-1])[1])


def _move(text: str, parent: Node, edit: Move) -> list[Splice]:
    if parent.kind != "list" or not 0 <= edit.to < len(parent.entries):
        raise EditError(edit.path, f"the list has no place {edit.to}", "read the file again")
    order = list(range(len(parent.entries)))
    order.insert(edit.to, order.pop(_number(parent, edit.path, edit.path[-1])))
    return block.move(text, parent, order) if parent.lines else flow.move(text, parent, order)


def _parent(tree: Node, path: Path) -> Node:
    """The map or list that holds a path's last step."""
    if not path:
        raise EditError(path, "names nothing", "name a key")
    node = tree if len(path) == 1 else _entry(tree, path[:-1])[1].value
    if node.kind != ("list" if isinstance(path[-1], int) else "map"):
        raise EditError(path, "there is nothing of this kind", "read the file again")
    return node


def _entry(tree: Node, path: Path) -> tuple[Node, Entry]:
    parent = _parent(tree, path)
    return parent, parent.entries[_number(parent, path, path[-1])]


def _number(parent: Node, path: Path, step: str | int) -> int:
    found = parent.find(step)
    if found is None:
        raise EditError(path, f"there is no {step}", "read the file again")
    return found


def _refuse_taken(parent: Node, path: Path, name: str) -> None:
    if parent.kind != "map" or parent.find(name) is not None:
        raise EditError(path, f"{name} stands there already", "change that one")


def _step(text: str, tree: Node) -> int:
    """How far the file's author indents a level."""
    for entry in tree.entries:
        if entry.value.kind == "map" and entry.value.lines:
            return column(text, entry.value.start) - column(text, entry.start)
    return 2
