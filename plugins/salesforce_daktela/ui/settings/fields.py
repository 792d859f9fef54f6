"""The fields for the keys of a ``sync.yaml``, as texts and back. Pure."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import replace

from salesforce_daktela.mapping.editing.applying import apply
from salesforce_daktela.mapping.editing.controls import SYNC
from salesforce_daktela.mapping.editing.edits import Bare, Value
from salesforce_daktela.mapping.editing.form import read_form
from salesforce_daktela.mapping.editing.form_changes import changes
from salesforce_daktela.mapping.language import grammar
from salesforce_daktela.mapping.language.loader import SYNC_FILE
from salesforce_daktela.mapping.language.value_kinds import Flag, Number, Share

ELSEWHERE = ("salesforce_conn_id", "daktela_conn_id", "database", "mappings")
"""Keys that other steps write."""

GROUPS = {"limits": grammar.LIMITS.kinds, "approve": grammar.APPROVE.kinds}
PATHS = (
    *(name for name in grammar.SYNC.kinds if name not in (*ELSEWHERE, *GROUPS)),
    *(f"{group}.{name}" for group, kinds in GROUPS.items() for name in kinds),
)
"""Every key of a ``sync.yaml`` but those, groups by dots."""


def read_fields(text: str) -> dict[str, str]:
    """Return the text of each field, empty for what the file does not say. Raises MappingError."""
    settings = read_form(text, controls=SYNC, file=SYNC_FILE).settings
    return {path: _text(_at(settings, path)) for path in PATHS}


def with_fields(text: str, wanted: Mapping[str, str]) -> str:
    """Return the file with these fields; what says so already stays as it is written, an empty field leaves the file.

    Raises ValueError for a name that is no field, MappingError and EditError for a file that cannot be changed.
    """
    if unknown := sorted(wanted.keys() - set(PATHS)):
        raise ValueError(f"there is no field {unknown[0]}")
    form = read_form(text, controls=SYNC, file=SYNC_FILE)
    settings: dict[str, Value] = dict(form.settings)
    for path, said in wanted.items():
        if said != _text(_at(settings, path)):
            _set(settings, path, None if said == "" else _value(path, said))
    new = replace(form, settings=settings)
    return apply(text, changes(text, new, controls=SYNC, file=SYNC_FILE), file=SYNC_FILE)


def is_flag(path: str) -> bool:
    """Whether a field is a choice between yes and no."""
    return isinstance(_kind(path), Flag)


def _kind(path: str) -> object:
    group, _, name = path.rpartition(".")
    return GROUPS[group][name] if group else grammar.SYNC.kinds[name]


def _at(settings: Mapping[str, Value], path: str) -> Value:
    group, _, name = path.rpartition(".")
    held = settings.get(group) if group else settings
    return held.get(name) if isinstance(held, Mapping) else None


def _set(settings: dict[str, Value], path: str, value: Value) -> None:
    group, _, name = path.rpartition(".")
    held = settings.get(group) if group else None
    below = dict(held) if isinstance(held, dict) else {}
    target = below if group else settings
    if value is None:
        target.pop(name, None)
    else:
        target[name] = value
    if group:
        settings.pop(group, None)
        if below:
            settings[group] = below


def _value(path: str, said: str) -> Value:
    """The value that a person would have written: a number where the key takes one."""
    kind = _kind(path)
    if isinstance(kind, Flag):
        return {"true": True, "false": False}.get(said, said)
    if isinstance(kind, Number | Share):
        for make in (int, float):
            with contextlib.suppress(ValueError):
                return make(said)
    return said


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Bare):
        return value.text
    return "" if value is None else str(value)
