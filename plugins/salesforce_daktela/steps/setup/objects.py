"""A mapping added to a draft: its file, and its place in the order. Pure: texts in, texts out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from salesforce_daktela.mapping.editing.applying import apply
from salesforce_daktela.mapping.editing.edits import Value
from salesforce_daktela.mapping.editing.form import Row, heirs_of, read_form
from salesforce_daktela.mapping.editing.form_changes import changes
from salesforce_daktela.mapping.editing.new_file import new_mapping, new_sync
from salesforce_daktela.mapping.language.loader import MAPPING_NAME, SYNC_FILE
from salesforce_daktela.mapping.model import LINK, Entity
from salesforce_daktela.steps.setup.drafted import SUFFIX, drafted_mapping, drafted_sync, mapping_names
from salesforce_daktela.steps.setup.offered_fields import OfferedField
from salesforce_daktela.steps.setup.rewriting import with_list
from salesforce_daktela.steps.setup.shipped import StartingPoint, starting_points
from salesforce_daktela.steps.setup.sync_order import place_for

USERS = "users"
NAMELESS = "(no name)"
TITLE_OF_RECORDS = 128
LONGEST_NAME = 40
REFERENCES: Mapping[Entity, Mapping[str, Entity]] = {
    Entity.ACCOUNTS: {},
    Entity.CONTACTS: {"account": Entity.ACCOUNTS},
    Entity.CRM_RECORDS: {"account": Entity.ACCOUNTS, "contact": Entity.CONTACTS},
    Entity.CAMPAIGNS_RECORDS: {"contact": Entity.CONTACTS},
}
"""Which fields of each model refer to what other mappings write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenObject:
    """What a person chose: an object of the org with its fields, and what it becomes in Daktela.

    With ``shipped``, the mapping begins as that one.
    """

    sobject: str
    entity: Entity
    fields: Sequence[OfferedField]
    shipped: StartingPoint | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """The new mapping's name and the changed files. ``left_out`` are fields that need a mapping that is not there."""

    name: str
    texts: Mapping[str, str]
    left_out: tuple[str, ...] = ()


def add_mapping(texts: Mapping[str, str], chosen: ChosenObject, refers: Mapping[str, Collection[str]]) -> Added:
    """Add a mapping file and its line in ``sync.yaml``, after those it looks up.

    ``refers`` tells which objects each mapped object and the new one refer to. Raises MappingError when ``sync.yaml``
    cannot be read.
    """
    order = drafted_sync(texts).mappings
    mapped = {name: _told(texts, name) for name in order}
    name = _free_name(chosen, mapping_names(texts))
    if chosen.shipped is not None:
        text, left_out = _from_shipped(chosen.shipped, mapped, name)
    else:
        text, left_out = _from_nothing(chosen, mapped, name), ()
    form = read_form(text)
    looked_up = {each for row in form.rows for each in row.lookup} | set(heirs_of(form))
    place = place_for(chosen.sobject, chosen.entity, looked_up, order, mapped, refers)
    listed = [*order[:place], name, *order[place:]]
    return Added(name=name, texts={f"{name}{SUFFIX}": text, SYNC_FILE: _with_order(texts, listed)}, left_out=left_out)


def _told(texts: Mapping[str, str], name: str) -> tuple[str, Entity | None]:
    found = drafted_mapping(texts, name)
    return ("", None) if found is None else (found.sobject, found.entity)


def _free_name(chosen: ChosenObject, taken: Collection[str]) -> str:
    """The shipped mapping's name, or the object's own in the letters that a file may have."""
    told = re.sub(r"__c$", "", chosen.sobject)
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", told).lower()
    wanted = chosen.shipped.name if chosen.shipped is not None else re.sub(r"_+", "_", spaced).strip("_")
    wanted = wanted[: LONGEST_NAME - 3]
    wanted = wanted if MAPPING_NAME.fullmatch(wanted) and wanted != "sync" else f"sf_{wanted}"
    numbered = (f"{wanted}_{number}" for number in range(2, 1000))
    return next(name for name in (wanted, *numbered) if name not in taken)


def _with_order(texts: Mapping[str, str], listed: list[str]) -> str:
    return with_list(texts, listed) if texts.get(SYNC_FILE, "").strip() else new_sync({"mappings": list(listed)})


def _from_shipped(
    shipped: StartingPoint, mapped: Mapping[str, tuple[str, Entity | None]], name: str
) -> tuple[str, tuple[str, ...]]:
    """The shipped text, in which rows look up the mappings of this sync; those without any are left out."""
    there = {each.name: [own for own, told in mapped.items() if told == _written(each)] for each in starting_points()}
    form = read_form(shipped.text)
    rows: list[Row] = []
    for row in form.rows:
        lookup = tuple(own for to in row.lookup for own in ([USERS] if to == USERS else there.get(to, [])))
        if lookup or not row.lookup:
            rows.append(replace(row, lookup=lookup))
    left_out = tuple(row.target for row in form.rows if row.target not in {each.target for each in rows})
    settings = {**form.settings, "becomes": {own: path for to, path in heirs_of(form).items() for own in there[to]}}
    settings = {key: value for key, value in settings.items() if key != "becomes" or value}
    settings = settings if name == shipped.name else {**settings, "key": _key(name)}
    edits = changes(shipped.text, replace(form, rows=tuple(rows), settings=settings))
    return apply(shipped.text, edits), left_out


def _written(shipped: StartingPoint) -> tuple[str, Entity]:
    return shipped.spec.sobject, shipped.spec.entity


def _from_nothing(chosen: ChosenObject, mapped: Mapping[str, tuple[str, Entity | None]], name: str) -> str:
    """A mapping of what Daktela requires, the references to other mappings, and a link to the record."""
    fields: dict[str, Value] = {}
    if chosen.entity.is_dialled:
        fields = {"record_type": {"value": name}, **dict(_lookups(chosen, mapped))}
        return new_mapping(sobject=chosen.sobject, entity=chosen.entity, key=_key(name), fields=fields)
    own = {field.path for field in chosen.fields if not field.parent}
    named = next((field.path for field in chosen.fields if field.names_record), "Id")
    title: Value = "{FirstName} {LastName}" if {"FirstName", "LastName"} <= own else named
    short: list[Value] = [{"truncate": TITLE_OF_RECORDS}] if chosen.entity is Entity.CRM_RECORDS else []
    if chosen.entity is Entity.CRM_RECORDS:
        fields["type"] = {"value": name}
    fields["title"] = {"from": title, "transforms": ["collapse", *short], "default": NAMELESS}
    if chosen.entity is Entity.CRM_RECORDS:
        fields["stage"] = {"value": "OPEN"}
    if chosen.entity is Entity.CONTACTS:
        last = "LastName" if "LastName" in own else named
        fields |= {"firstname": {"from": "FirstName", "transforms": ["trim"]}} if "FirstName" in own else {}
        fields["lastname"] = {"from": last, "transforms": ["trim"], "default": NAMELESS}
    fields |= dict(_lookups(chosen, mapped))
    fields["description"] = LINK
    return new_mapping(sobject=chosen.sobject, entity=chosen.entity, key=_key(name), fields=fields)


def _lookups(
    chosen: ChosenObject, mapped: Mapping[str, tuple[str, Entity | None]]
) -> Iterable[tuple[str, dict[str, Value]]]:
    for target, entity in REFERENCES[chosen.entity].items():
        for field in chosen.fields:
            to: list[Value] = [
                name for name, (sobject, written) in mapped.items() if written is entity and sobject in field.refers_to
            ]
            if to and not field.parent:
                yield target, {"lookup": to[0] if len(to) == 1 else to, "from": field.path}
                break


def _key(name: str) -> str:
    return f"sf_{name}_{{Id}}"
