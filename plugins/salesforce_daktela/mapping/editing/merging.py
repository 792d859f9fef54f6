"""One person's changes put on top of another's, where they speak of different things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from salesforce_daktela.mapping.editing.applying import apply, open_text
from salesforce_daktela.mapping.editing.controls import SETTINGS, Control
from salesforce_daktela.mapping.editing.edits import Edit, EditError, Insert, Move, Path, Rename
from salesforce_daktela.mapping.editing.form import read_form
from salesforce_daktela.mapping.editing.form_changes import changes
from salesforce_daktela.mapping.editing.shapes import Keys, Shape, shape
from salesforce_daktela.mapping.editing.tree import Node

BOTH = "was changed by both"
CHOOSE = "take theirs, or change it once more over theirs"


def merged(
    base: str, mine: str, theirs: str, *, controls: Mapping[str, Control] = SETTINGS, file: str = "the file"
) -> str:
    """Return ``theirs`` with the changes that ``mine`` makes to ``base``; everything else stays byte for byte.

    Raises EditError where both have changed the same value to different ones, or where what ``mine`` changed is nothing
    that a form changes; MappingError for a text that cannot be edited.
    """
    edits = changes(base, read_form(mine, controls=controls, file=file), controls=controls, file=file)
    if _said(_tree(apply(base, edits, file=file))) != _said(_tree(mine)):
        raise EditError((), "was changed in ways that no form makes", CHOOSE)
    before, wanted, now = _tree(base), _tree(mine), _tree(theirs)
    left = [edit for edit in edits if any(_at(wanted, path) != _at(now, path) for path in _touched(edit))]
    for edit in left:
        for path in _touched(edit):
            if _at(before, path) != _at(now, path):
                raise EditError(path, BOTH, CHOOSE)
    return apply(theirs, [_placed(edit, now, left) for edit in left], file=file)


def _tree(text: str) -> Node:
    return open_text(text)[1]


def _said(node: Node) -> object:
    """What a tree says; the order of keys says nothing."""
    return _unordered(shape(node))


def _unordered(said: Shape) -> object:
    if isinstance(said, Keys):
        return frozenset((_unordered(key), _unordered(value)) for key, value in said.pairs)
    return tuple(_unordered(item) for item in said) if isinstance(said, list) else said


def _touched(edit: Edit) -> list[Path]:
    """The keys whose values have to be the same in both: items are counted, so a list is touched as a whole."""
    path = edit.path[: next((n for n, step in enumerate(edit.path) if isinstance(step, int)), len(edit.path))]
    return [path, (*path[:-1], edit.name)] if isinstance(edit, Rename) else [path]


def _at(tree: Node, path: Path) -> Shape | None:
    """What stands at a path, None where there is nothing."""
    node = tree
    for step in path:
        number = node.find(step)
        if number is None:
            return None
        node = node.entries[number].value
    return shape(node)


def _placed(edit: Edit, tree: Node, edits: Sequence[Edit]) -> Edit:
    """A new key comes last where the key before it is gone."""
    if isinstance(edit, Move) or not isinstance(edit, Insert) or edit.after is None:
        return edit
    beside = (*edit.path[:-1], edit.after)
    own = any(isinstance(each, Insert) and each.path == beside for each in edits) or any(
        isinstance(each, Rename) and (*each.path[:-1], each.name) == beside for each in edits
    )
    return edit if own or _at(tree, beside) is not None else replace(edit, after=None)
