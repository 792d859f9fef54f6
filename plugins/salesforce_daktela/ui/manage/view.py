"""What the page shows that copies, renames and deletes, in the words of one language. Pure."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from salesforce_daktela.mapping.editing.controls import SYNC
from salesforce_daktela.mapping.editing.form import read_form
from salesforce_daktela.mapping.language.loader import MAPPING_NAME, NAME, SYNC_FILE
from salesforce_daktela.mapping.problems import MappingError, one_line
from salesforce_daktela.steps.setup.rewriting import lookups_of
from salesforce_daktela.ui.wording import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class ManageFacts:
    """``loaded`` counts, by mapping, objects in Daktela that the ledger knows; empty where it is not known.

    ``seen`` are the digests of the folder's files, ``others`` names of files that are none of ours. ``folder`` is
    whether there is a folder.
    """

    sync: str
    version: int
    texts: Mapping[str, str]
    loaded: Mapping[str, int]
    seen: Mapping[str, str]
    others: Collection[str]
    folder: bool
    unsaved: bool
    unwritable: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingRow:
    """One mapping. ``used_by`` are fields of others that look its records up."""

    name: str
    key: str
    objects: str
    loaded: str
    used_by: tuple[str, ...]
    only: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ManageView:
    """The page. ``loaded`` says how many objects of the sync are in Daktela, empty where it is not known."""

    sync: str
    version: int
    name_pattern: str
    mapping_pattern: str
    suggested: str
    mappings: tuple[MappingRow, ...]
    loaded: str
    seen: str
    others: tuple[str, ...]
    folder: bool
    unsaved: bool
    unwritable: str


def show_manage(facts: ManageFacts, words: Words) -> ManageView:
    """Return the page for what was read."""
    names = [name.removesuffix(".yaml") for name in facts.texts if name != SYNC_FILE]
    rows = tuple(_row(name, facts, words, only=len(names) == 1) for name in _in_order(names, facts.texts))
    return ManageView(
        sync=facts.sync,
        version=facts.version,
        name_pattern=NAME.pattern,
        mapping_pattern=MAPPING_NAME.pattern,
        suggested=f"{facts.sync[:35]}_copy",
        mappings=rows,
        loaded=_counted(sum(facts.loaded.values()), words) if facts.loaded else "",
        seen=json.dumps(dict(facts.seen)),
        others=tuple(one_line(name) for name in facts.others),
        folder=facts.folder,
        unsaved=facts.unsaved,
        unwritable=facts.unwritable,
    )


def _row(name: str, facts: ManageFacts, words: Words, *, only: bool) -> MappingRow:
    try:
        settings = read_form(facts.texts[f"{name}.yaml"]).settings
        used_by = lookups_of(facts.texts, name)
    except MappingError:
        settings, used_by = {}, ()
    count = facts.loaded.get(name)
    return MappingRow(
        name=name,
        key=one_line(str(settings.get("key", ""))),
        objects=one_line(f"{settings.get('salesforce', '?')} → {settings.get('daktela', '?')}"),
        loaded="" if count is None else _counted(count, words),
        used_by=tuple(one_line(field) for field in used_by),
        only=only,
    )


def _in_order(names: list[str], texts: Mapping[str, str]) -> list[str]:
    """As ``sync.yaml`` lists them, what it does not list at the end."""
    try:
        listed = read_form(texts.get(SYNC_FILE, "{}"), controls=SYNC).settings.get("mappings")
    except MappingError:
        listed = None
    order = [str(name) for name in listed] if isinstance(listed, list) else []
    return sorted(names, key=lambda name: (order.index(name) if name in order else len(order), name))


def _counted(count: int, words: Words) -> str:
    said = words.ngettext("%(count)s object in Daktela", "%(count)s objects in Daktela", count)
    return said % {"count": words.number(count)}
