"""The keys that protect what a dialler does: fields that are sent once, and records that are left alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from salesforce_daktela.mapping.language.grammar import HANDS_OFF, read_keys
from salesforce_daktela.mapping.language.section import Section
from salesforce_daktela.mapping.model import Entity, FieldRule
from salesforce_daktela.mapping.problems import MappingProblem, nearest
from salesforce_daktela.mapping.target import DIALLED, DONE, IN_PROGRESS, REQUIRED


def read_once(section: Section, once: Sequence[str], entity: Entity | None, rules: Sequence[FieldRule]) -> None:
    """Check the fields of ``once``. What a dialler changes has to be among them."""
    mapped = {rule.target: rule for rule in rules}
    for target in once:
        rule = mapped.get(target)
        if rule is None:
            section.refuse("once", f"{target} is not mapped", nearest(target, mapped))
        elif entity is not None and target in REQUIRED[entity]:
            section.refuse("once", f"Daktela requires {target} in every write", "take it out of this list")
        elif rule.lookup is not None and rule.lookup.on_missing != "drop":
            what = f"{target} may hold a record up that is there already, for a value that it does not get any more"
            section.refuse("once", what, f"write on_missing: drop at {target}")
    if len(set(once)) < len(once):
        section.refuse("once", "names a field twice", "name each field once")
    for rule in rules if entity is not None and entity.is_dialled else ():
        if rule.target in DIALLED and rule.target not in once:
            what = f"{rule.target} is the dialler's from a record's creation on, and an update would call people again"
            advice = f"add it: once: [{rule.target}]"
            path = f"fields.{rule.target}"
            section.problems.append(MappingProblem(position=rule.position, path=path, what=what, advice=advice))


def read_hands_off(section: Section, below: Section | None, entity: Entity | None) -> tuple[int, ...]:
    """Return the actions of records that are left alone; calls in progress always are."""
    dialled = entity is not None and entity.is_dialled
    if below is None:
        return (IN_PROGRESS,) if dialled else ()
    if entity is not None and not dialled:
        section.refuse("hands_off", f"concerns dial lists, and this mapping writes {entity.value}", "remove this key")
    found: tuple[int, ...] = read_keys(below, HANDS_OFF).get("action", ())
    if "action" in below.data and IN_PROGRESS not in found:
        below.refuse("action", f"leaves out {IN_PROGRESS}, a call in progress", f"add {IN_PROGRESS} to the list")
    return found


def check_list(section: Section, entity: Entity | None, values: Mapping[str, Any], mark: Mapping[str, Any]) -> None:
    """Refuse what would put people on a list again who are through, or who were taken off it."""
    if entity is None or not entity.is_dialled:
        return
    if values.get("on_gone") == "recreate":
        what = "a record that somebody took off a dial list would be called again"
        section.refuse("on_gone", what, "write on_gone: keep, or remove this line")
    if "becomes" in section.data:
        what = "a record of a dial list is a call to make, and carries nothing on"
        section.refuse("becomes", what, "remove this key")
    for target in DIALLED:
        if target in mark and not (target == "action" and str(mark[target]) == str(DONE)):
            what = f"{target} would put the record on the list again"
            section.refuse("mark", what, f"write mark: {{action: {DONE}}} to close records, or on_delete: delete")
