"""From a form that a person has changed to the edits of its file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from salesforce_daktela.mapping.editing.applying import open_text
from salesforce_daktela.mapping.editing.controls import RULE, SETTINGS, Control
from salesforce_daktela.mapping.editing.difference import difference
from salesforce_daktela.mapping.editing.edits import Edit, EditError, Insert, Path, Remove, Rename, Value
from salesforce_daktela.mapping.editing.form import FIELDS, Form, Row, form_of, rule
from salesforce_daktela.mapping.editing.shapes import wanted
from salesforce_daktela.mapping.editing.tree import Node


def changes(text: str, form: Form, *, controls: Mapping[str, Control] = SETTINGS, file: str = "the file") -> list[Edit]:
    """Return the edits after which ``text`` says what ``form`` says; none where the form is that of the text.

    What the form cannot show is left alone, ``form.unshown`` is not looked at. Rows are known by their ``origin``; rows
    that are in another order stay where they are, new ones come after the row before them. ``controls`` are those by
    which the form was read.

    Raises MappingError for a text that cannot be edited, EditError where its ``fields`` are no keys, for settings that
    such a file does not have, and for two rows of one field.
    """
    body, tree = open_text(text, file=file)
    before = form_of(body, tree, controls)
    for name in form.settings:
        if name not in controls:
            raise EditError((name,), "is no setting of this file", "leave it out")
    _refuse_twins(form.rows)
    edits = _keys((), tree, before.settings, form.settings, tuple(controls))
    rows = _with_origins(before.rows, form.rows)
    number = tree.find(FIELDS)
    if number is None:
        new: dict[str, Value] = {row.target: _short(rule(row)) for row in rows}
        return [*edits, Insert((FIELDS,), new, _last_before(FIELDS, _names(tree), tuple(controls)))] if new else edits
    fields = tree.entries[number].value
    if fields.kind == "map":
        return edits + _rows(fields, before.rows, rows)
    if rows:
        raise EditError((FIELDS,), "what stands here are no fields", "change it in a text editor")
    return edits


def _refuse_twins(rows: Sequence[Row]) -> None:
    for names in ([row.target for row in rows], [row.origin for row in rows if row.origin is not None]):
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise EditError((FIELDS, twice), "stands in two rows", "keep one of them")


def _rows(fields: Node, before: Sequence[Row], after: Sequence[Row]) -> list[Edit]:
    """Changes first, then names, then new rows, and what goes at last: empty fields would lose their style."""
    old = {row.target: row for row in before}
    kept = {row.origin: row for row in after if row.origin is not None}
    edits: list[Edit] = []
    for name, row in old.items():
        if name in kept:
            edits += _row((FIELDS, name), fields, row, kept[name])
    renamed = {name: row.target for name, row in kept.items() if name != row.target and name is not None}
    gone = [name for name in old if name not in kept]
    edits += [Remove((FIELDS, name)) for name in gone if name in renamed.values()]
    edits += _renames(renamed)
    previous = None
    for row in after:
        if row.origin is None:
            edits.append(Insert((FIELDS, row.target), _short(rule(row)), previous))
        previous = row.target
    return edits + [Remove((FIELDS, name)) for name in gone if name not in renamed.values()]


def _row(path: Path, fields: Node, before: Row, after: Row) -> list[Edit]:
    old, new = rule(before), rule(after)
    if _same(old, new):
        return []
    node = fields.entries[fields.find(path[-1]) or 0].value
    if node.kind == "map":
        return _keys(path, node, old, new, tuple(RULE))
    return difference(path, node, _short(new))


def _keys(
    path: Path, node: Node, before: Mapping[str, Value], after: Mapping[str, Value], order: Sequence[str]
) -> list[Edit]:
    """Edits of the keys whose controls say something else than before; new ones come where a person looks for them."""
    names = _names(node)
    edits: list[Edit] = []
    gone: list[Edit] = []
    for name in order:
        old, new = before.get(name), after.get(name)
        if _same(old, new):
            continue
        number = node.find(name)
        if new is None:
            gone += [Remove((*path, name))] if number is not None else []
        elif number is None:
            edits.append(Insert((*path, name), new, _last_before(name, names, order)))
            names.append(name)
        else:
            edits += difference((*path, name), node.entries[number].value, new)
    return edits + gone


def _last_before(name: str, names: Iterable[str], order: Sequence[str]) -> str | None:
    """The key after which a new one belongs."""
    before = [each for each in order[: order.index(name)] if each in names]
    return before[-1] if before else None


def _renames(renamed: Mapping[str, str]) -> list[Edit]:
    """Renames in an order in which no name is taken; one of a circle gets another name in between."""
    left, edits = dict(renamed), list[Edit]()
    while left:
        name = next((each for each, target in left.items() if target not in left), None)
        if name is None:
            name = next(iter(left))
            left[f"{name} in between"] = left.pop(name)
            edits.append(Rename((FIELDS, name), f"{name} in between"))
        else:
            edits.append(Rename((FIELDS, name), left.pop(name)))
    return edits


def _with_origins(before: Sequence[Row], after: Sequence[Row]) -> list[Row]:
    """Rows with origins that the file has: a row that was taken out and put in again is the one that is there."""
    there = {row.target for row in before}
    taken = {row.origin for row in after if row.origin is not None}
    return [row if row.origin in there else replace(row, origin=_own(row.target, there - taken)) for row in after]


def _own(target: str, free: set[str]) -> str | None:
    return target if target in free else None


def _names(node: Node) -> list[str]:
    return [entry.name for entry in node.entries if entry.name is not None]


def _short(says: Mapping[str, Value]) -> Value:
    """A field's value as a person writes it: the source alone where nothing else is said."""
    return says["from"] if set(says) == {"from"} else dict(says)


def _same(one: Value | Mapping[str, Value], other: Value | Mapping[str, Value]) -> bool:
    """Types told apart: true is not 1."""
    try:
        return one is other or (None not in (one, other) and _shape(one) == _shape(other))
    except ValueError:
        return False


def _shape(value: Value | Mapping[str, Value]) -> object:
    return wanted(dict(value) if isinstance(value, Mapping) else value)
