"""A form as a JSON document, which a page changes and a draft keeps, and back.

JavaScript has other rules than YAML: it puts keys that look like numbers first, and rounds whole numbers above 2**53.
So keys are lists of pairs, ``{"keys": [["Banking", "bank"]]}``.
Large numbers are texts, ``{"number": "9007199254740993"}``. So are numbers and dates that keep a spelling of
their own, ``{"bare": "007"}``. All other values are themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from salesforce_daktela.mapping.editing.controls import RULE, SETTINGS, Control
from salesforce_daktela.mapping.editing.edits import Bare, Value
from salesforce_daktela.mapping.editing.emitting import emit
from salesforce_daktela.mapping.editing.form import Form, Row, row_of, rule

Json: TypeAlias = Any
LARGEST = 2**53
DEEPEST = 20


def to_document(form: Form) -> dict[str, Json]:
    """Return a form as JSON: ``settings``, and for each row its ``target``, its ``origin`` and its ``rule``.

    A rule has the keys of the language. ``unshown`` is for reading: what comes back of it is not looked at.
    """
    return {
        "settings": _encoded(dict(form.settings)),
        "rows": [{"target": row.target, "origin": row.origin, "rule": _encoded(rule(row))} for row in form.rows],
        "unshown": [{"path": list(each.path), "text": each.text, "line": each.line} for each in form.unshown],
    }


def rule_document(rule: Mapping[str, Value]) -> Json:
    """Return the keys of one rule as a row of the document has them."""
    return _encoded(dict(rule))


def from_document(document: Json, *, controls: Mapping[str, Control] = SETTINGS) -> Form:
    """Return the form that a page sends back.

    Raises ValueError, naming the place, for anything that no form says, whoever sent it.
    """
    settings = _controlled(_member(document, "settings", "the form"), controls, "settings")
    rows = _member(document, "rows", "the form")
    if not isinstance(rows, list):
        raise ValueError("rows: expected a list")
    return Form(settings=settings, rows=tuple(_row(row, f"rows[{n}]") for n, row in enumerate(rows)), unshown=())


def _row(document: Json, where: str) -> Row:
    target, origin = (_member(document, name, where) for name in ("target", "origin"))
    if not isinstance(target, str) or not isinstance(origin, str | None):
        raise ValueError(f"{where}: expected texts as target and origin")
    return row_of(target, origin, _controlled(_member(document, "rule", where), RULE, f"{where}.rule"))


def _controlled(document: Json, controls: Mapping[str, Control], where: str) -> dict[str, Value]:
    decoded = _decoded(document, where, 0)
    if not isinstance(decoded, dict):
        raise ValueError(f"{where}: expected keys")
    found: dict[str, Value] = {}
    for name, value in decoded.items():
        if name not in controls:
            raise ValueError(f"{where}: there is no key {name[:40]!r}")
        try:
            found[name] = controls[name](value)
        except ValueError as exc:
            raise ValueError(f"{where}.{name}: {exc}") from exc
    return found


def _member(document: Json, name: str, where: str) -> Json:
    if not isinstance(document, dict) or name not in document:
        raise ValueError(f"{where}: {name} is missing")
    return document[name]


def _encoded(value: Value) -> Json:
    if isinstance(value, dict):
        return {"keys": [[key, _encoded(inner)] for key, inner in value.items()]}
    if isinstance(value, list):
        return [_encoded(inner) for inner in value]
    if isinstance(value, Bare):
        return {"bare": value.text}
    if isinstance(value, int) and not -LARGEST <= value <= LARGEST:
        return {"number": str(value)}
    return value


def _decoded(document: Json, where: str, depth: int) -> Value:
    if depth > DEEPEST:
        raise ValueError(f"{where}: nested too deep")
    if isinstance(document, list):
        return [_decoded(inner, where, depth + 1) for inner in document]
    if not isinstance(document, dict):
        return _single(document, where)
    match document:
        case {"keys": list(pairs)} if len(document) == 1:
            return _keys(pairs, where, depth)
        case {"bare": str(text)} if len(document) == 1:
            return _single(Bare(text), where)
        case {"number": str(text)} if len(document) == 1 and text.removeprefix("-").isdecimal():
            return _single(int(text), where)
    raise ValueError(f"{where}: expected keys, bare or number")


def _keys(pairs: list[Json], where: str, depth: int) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for pair in pairs:
        if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[0], str) or pair[0] in found:
            raise ValueError(f"{where}: expected pairs of a key and a value, each key once")
        found[pair[0]] = _decoded(pair[1], where, depth + 1)
    return found


def _single(value: Json, where: str) -> Value:
    """A single value that a file can hold."""
    if value is None or isinstance(value, str | bool | int | float | Bare):
        try:
            emit(value)
        except ValueError as exc:
            raise ValueError(f"{where}: {exc}") from exc
        return value
    raise ValueError(f"{where}: {type(value).__name__} is no value")
