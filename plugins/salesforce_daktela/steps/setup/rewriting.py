"""Changes that concern several files of a sync at once: a mapping gets another name, or goes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.mapping.editing.applying import apply
from salesforce_daktela.mapping.editing.controls import SYNC
from salesforce_daktela.mapping.editing.form import Row, heirs_of, read_form
from salesforce_daktela.mapping.editing.form_changes import changes
from salesforce_daktela.mapping.language.loader import SYNC_FILE
from salesforce_daktela.steps.setup.folder import checked_name

Texts = Mapping[str, str | None]
"""Texts by file name; None is a file that goes."""


def file_of(mapping: str) -> str:
    """The name of a mapping's file. Raises ConfigurationError for what is no name of a mapping."""
    name = checked_name(f"{mapping}.yaml")
    if name == SYNC_FILE:
        raise ConfigurationError("is no name of a mapping", where=mapping, advice="choose another")
    return name


def rename_mapping(texts: Mapping[str, str], old: str, new: str) -> dict[str, str | None]:
    """Return the files that change when a mapping gets another name: its own, the list, and those that name it.

    Its key stays, so its objects in Daktela keep their names. Raises ConfigurationError for a name that is taken or is
    none, MappingError for a file that cannot be edited.
    """
    before, after = file_of(old), file_of(new)
    _require(before, texts)
    if after in texts:
        raise ConfigurationError("there is such a mapping already", where=new, advice="choose another name")
    found = {name: _with_lookups(name, text, old, new) for name, text in texts.items() if name != SYNC_FILE}
    moved = found.pop(before)
    changed: dict[str, str | None] = {name: text for name, text in found.items() if text != texts[name]}
    listed = [new if name == old else name for name in _listed(texts)]
    return {**changed, SYNC_FILE: with_list(texts, listed), before: None, after: moved}


def remove_mapping(texts: Mapping[str, str], mapping: str) -> dict[str, str | None]:
    """Return the files that change when a mapping goes.

    Raises ConfigurationError for the only mapping of a sync, and where fields of others look its records up.
    """
    name = file_of(mapping)
    _require(name, texts)
    left = [each for each in _listed(texts) if each != mapping]
    if not left:
        raise ConfigurationError(
            "is the only mapping of this sync", where=mapping, advice="delete the sync, or add another mapping first"
        )
    if users := lookups_of(texts, mapping):
        what = f"other mappings refer to its records: {', '.join(users)}"
        raise ConfigurationError(what, where=mapping, advice="change these first")
    return {SYNC_FILE: with_list(texts, left), name: None}


def lookups_of(texts: Mapping[str, str], mapping: str) -> tuple[str, ...]:
    """Return where other mappings refer to records of a mapping, as ``contacts: account`` or ``leads: becomes``."""
    own = file_of(mapping)
    forms = {name: read_form(text, file=name) for name, text in sorted(texts.items()) if name not in (SYNC_FILE, own)}
    return tuple(
        f"{name.removesuffix('.yaml')}: {user}"
        for name, form in forms.items()
        for user in (
            *(row.target for row in form.rows if mapping in row.lookup),
            *(["becomes"] if mapping in heirs_of(form) else []),
        )
    )


def _require(name: str, texts: Mapping[str, str]) -> None:
    if name not in texts:
        raise ConfigurationError("there is no such mapping", where=name, advice="choose one of the sync")


def _with_lookups(name: str, text: str, old: str, new: str) -> str:
    form = read_form(text, file=name)
    wanted = replace(form, rows=tuple(_renamed(row, old, new) for row in form.rows))
    if old in heirs_of(form):
        heirs = {new if heir == old else heir: path for heir, path in heirs_of(form).items()}
        wanted = replace(wanted, settings={**form.settings, "becomes": heirs})
    return text if wanted == form else apply(text, changes(text, wanted, file=name), file=name)


def _renamed(row: Row, old: str, new: str) -> Row:
    return replace(row, lookup=tuple(new if name == old else name for name in row.lookup))


def _listed(texts: Mapping[str, str]) -> list[str]:
    found = read_form(texts.get(SYNC_FILE, "{}"), controls=SYNC, file=SYNC_FILE).settings.get("mappings")
    return [str(name) for name in found] if isinstance(found, list) else []


def with_list(texts: Mapping[str, str], names: list[str]) -> str:
    """Return ``sync.yaml`` with these mappings in this order. Raises MappingError when it cannot be edited."""
    text = texts.get(SYNC_FILE, "{}")
    form = read_form(text, controls=SYNC, file=SYNC_FILE)
    wanted = replace(form, settings={**form.settings, "mappings": list(names)})
    return apply(text, changes(text, wanted, controls=SYNC, file=SYNC_FILE), file=SYNC_FILE)
