"""Which values the controls of a form can show, for each key of the mapping language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from salesforce_daktela.mapping.editing.edits import Value

Control: TypeAlias = Callable[[Value], Value]
"""Returns the value in the one form that the control has for it. Raises ValueError for what it cannot show."""


def text(value: Value) -> Value:
    """A text, or nothing."""
    return _shown(value, value is None or isinstance(value, str))


def single(value: Value) -> Value:
    """One value of any type, or nothing."""
    return _shown(value, _is_single(value))


def names(value: Value) -> Value:
    """Texts in order, also where one stands alone; or nothing."""
    if value is None or isinstance(value, str):
        return None if value is None else [value]
    return _shown(value, isinstance(value, list) and bool(value) and all(isinstance(each, str) for each in value))


def constant(value: Value) -> Value:
    """One value or a list of such."""
    return _shown(value, _is_single(value) or (isinstance(value, list) and all(map(_is_single, value))))


def table(value: Value) -> Value:
    """One value for each key, or nothing."""
    if value is None:
        return None
    return _shown(value, isinstance(value, dict) and bool(value) and all(map(_is_single, value.values())))


def calls(value: Value) -> Value:
    """Transforms in order, each a name alone or a name with what it is given; or nothing."""
    if value is None or _is_call(value):
        return None if value is None else [value]
    return _shown(value, isinstance(value, list) and all(map(_is_call, value)))


def rows(value: Value) -> Value:
    """Nothing: a form shows fields as rows, and only where they are keys."""
    return _shown(value, False)


def as_text(value: Value) -> Value:
    """Nothing but nothing: the page shows the lines of the file, and a text editor changes them."""
    return _shown(value, value is None)


def _is_single(value: Value) -> bool:
    return not isinstance(value, dict | list)


def _is_call(item: Value) -> bool:
    return isinstance(item, str) or (isinstance(item, dict) and len(item) == 1)


def _shown(value: Value, fits: bool) -> Value:
    if not fits:
        raise ValueError("no control shows this")
    return value


SETTINGS: Mapping[str, Control] = {
    "salesforce": text,
    "daktela": text,
    "key": text,
    "where": text,
    "match": names,
    "fields": rows,
    "once": names,
    "hands_off": as_text,
    "on_delete": text,
    "on_filter_exit": text,
    "mark": table,
    "becomes": table,
    "on_both": text,
    "max_removals": single,
    "on_gone": text,
    "reread": single,
    "reject_above": single,
}
"""The keys of a mapping file, in the order of the reference."""
SYNC: Mapping[str, Control] = {
    "salesforce_conn_id": text,
    "daktela_conn_id": text,
    "database": text,
    "schedule": text,
    "timezone": text,
    "mappings": names,
    "limits": table,
    "approve": table,
    "reconcile": text,
    "retain": text,
    "fresh_within": text,
}
"""The keys of ``sync.yaml``, in the order of the reference."""
RULE: Mapping[str, Control] = {
    "lookup": names,
    "from": names,
    "value": constant,
    "transforms": calls,
    "values": table,
    "default": single,
    "on_missing": text,
    "when_empty": text,
    "on_error": text,
}
"""The keys of a field, in the order in which a person would write them."""
