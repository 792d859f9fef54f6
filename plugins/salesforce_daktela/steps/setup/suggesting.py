"""Suggestions for the Daktela fields that are not mapped yet. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from salesforce_daktela.mapping.editing.edits import Value
from salesforce_daktela.mapping.editing.form import Row, read_form, rule
from salesforce_daktela.mapping.model import LINK, Entity
from salesforce_daktela.mapping.sources import parse_source, rule_paths
from salesforce_daktela.mapping.target import TargetField
from salesforce_daktela.steps.setup.alike import SAME, SAME_WORDS, FieldName, likeness
from salesforce_daktela.steps.setup.offered_fields import OfferedField
from salesforce_daktela.steps.setup.shipped import StartingPoint

LEAST = 0.75
PREFIX = "customFields."
REFERENCES: Mapping[str, Entity] = {"account": Entity.ACCOUNTS, "contact": Entity.CONTACTS}
TEXTS = frozenset({"string", "textarea", "picklist", "combobox", "id", "encryptedstring"})
LISTED = frozenset({"picklist", "multipicklist", "combobox", "boolean"})
FITS: Mapping[str, frozenset[str]] = {
    "EMAIL": frozenset({"email"}),
    "PHONE": frozenset({"phone"}),
    "URL": frozenset({"url"}),
    "DATE": frozenset({"date", "datetime"}),
    "DATETIME": frozenset({"datetime", "date"}),
    "TIME": frozenset({"time"}),
    "NUMBER": frozenset({"int", "long", "double", "currency", "percent"}),
    "CHECKBOX": frozenset({"boolean"}),
    "BOOLEAN": frozenset({"boolean"}),
    "SELECTBOX": LISTED,
    "MULTISELECTBOX": LISTED,
    "RADIO": LISTED,
}
"""Salesforce's types by Daktela's; a field of any other type takes what has a text."""
TELLING = ("EMAIL", "PHONE", "URL")
"""Types of which a lone field is meant, whatever its name."""


class Why(StrEnum):
    """Why a field is suggested."""

    SHIPPED = "shipped"
    REFERENCE = "reference"
    OWNER = "owner"
    SAME_NAME = "same name"
    LIKE_NAME = "like name"
    ONLY_OF_TYPE = "only of type"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A rule for one Daktela field; ``field`` is the label of the Salesforce field it comes from."""

    target: str
    rule: Mapping[str, Value]
    why: Why
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What suggestions go by. ``before`` are the mappings that may be looked up: their object and what they write."""

    targets: Sequence[TargetField]
    mapped: Collection[str]
    fields: Sequence[OfferedField]
    before: Mapping[str, tuple[str, Entity | None]]
    shipped: StartingPoint | None = None


def suggest(ground: Ground) -> tuple[Suggestion, ...]:
    """Return at most one suggestion for each Daktela field without a row, in the order of the fields."""
    found: dict[str, Suggestion] = {}
    for way in (_shipped, _references, _by_name, _by_type):
        taken = {*ground.mapped, *found}
        open_targets = [target for target in ground.targets if target.path not in taken]
        used = {str(each.rule.get("from")) for each in found.values()}
        found.update({each.target: each for each in way(ground, open_targets, used)})
    return tuple(found[target.path] for target in ground.targets if target.path in found)


def _shipped(ground: Ground, targets: Sequence[TargetField], _: Collection[str]) -> Iterable[Suggestion]:
    """Rows of the shipped mapping of this object whose fields the org has."""
    if ground.shipped is None:
        return
    own = {field.path.lower() for field in ground.fields}
    wanted = {target.path for target in targets}
    for row in read_form(ground.shipped.text).rows:
        fits = row.target in wanted and all(path.partition(".")[0].lower() in own for path in _paths(row))
        if fits and not (set(row.lookup) - {"users", *ground.before}):
            yield Suggestion(target=row.target, rule=rule(row), why=Why.SHIPPED)


def _references(ground: Ground, targets: Sequence[TargetField], _: Collection[str]) -> Iterable[Suggestion]:
    open_targets = {target.path for target in targets}
    for target, entity in REFERENCES.items():
        if target in open_targets and (made := _reference(ground, target, entity)):
            yield made
    owner = next((field for field in ground.fields if field.parent and field.path == "Owner"), None)
    if owner is not None and "user" in open_targets:
        given: dict[str, Value] = {"lookup": "users", "from": "Owner.Email", "on_missing": "drop"}
        yield Suggestion(target="user", rule=given, why=Why.OWNER, field=owner.label)


def _reference(ground: Ground, target: str, entity: Entity) -> Suggestion | None:
    for field in ground.fields:
        looked_up: list[Value] = [
            name
            for name, (sobject, written) in ground.before.items()
            if written is entity and sobject in field.refers_to
        ]
        if looked_up and not field.parent:
            lookup = looked_up[0] if len(looked_up) == 1 else looked_up
            return Suggestion(
                target=target, rule={"lookup": lookup, "from": field.path}, why=Why.REFERENCE, field=field.label
            )
    return None


def _by_name(ground: Ground, targets: Sequence[TargetField], used: Collection[str]) -> Iterable[Suggestion]:
    """The most alike pairs first; no field of Salesforce for two of Daktela's."""
    names = {field.path: (FieldName(field.path), FieldName(field.label)) for field in ground.fields}
    scored: list[tuple[float, str, OfferedField]] = []
    for target in targets:
        own = (FieldName(target.path.removeprefix(PREFIX)), *([FieldName(target.title)] if target.title else []))
        for field in ground.fields:
            least = None if field.path in used else _least(target, field)
            score = 0.0 if least is None else likeness(own, names[field.path])
            scored += [(score, target.path, field)] if least is not None and score >= least else []
    done, taken, by_path = set[str](), set[str](), {target.path: target for target in targets}
    for score, path, field in sorted(scored, key=lambda each: (-each[0], each[1], each[2].path)):
        if path not in done and field.path not in taken:
            done.add(path)
            taken.add(field.path)
            why = Why.SAME_NAME if score >= SAME else Why.LIKE_NAME
            yield Suggestion(target=path, rule=_simple(by_path[path], field), why=why, field=field.label)


def _by_type(ground: Ground, targets: Sequence[TargetField], used: Collection[str]) -> Iterable[Suggestion]:
    for kind in TELLING:
        wanted = [target for target in targets if target.type.upper() == kind]
        there = [field for field in ground.fields if field.type in FITS[kind] and field.path not in used]
        if len(wanted) == len(there) == 1:
            field = there[0]
            yield Suggestion(
                target=wanted[0].path, rule=_simple(wanted[0], field), why=Why.ONLY_OF_TYPE, field=field.label
            )


def _least(target: TargetField, field: OfferedField) -> float | None:
    """How alike the names have to be; None where the types do not go together at all."""
    kind = target.type.upper()
    if field.parent or kind == "REFERENCE":
        return None
    if kind not in FITS:
        return None if field.type in ("reference", "id") else LEAST
    return LEAST if field.type in FITS[kind] else SAME_WORDS if field.type in TEXTS else None


def _simple(target: TargetField, field: OfferedField) -> dict[str, Value]:
    transforms: Mapping[str, list[Value]] = {"email": ["email", "lower"], "url": ["url"], "textarea": ["html_to_text"]}
    given: dict[str, Value] = {"from": field.path}
    given |= {"transforms": transforms[field.type]} if field.type in transforms else {}
    table = _table(target, field)
    return {**given, "values": table} if table else given


def _table(target: TargetField, field: OfferedField) -> dict[str, Value]:
    """The picklist's values with Daktela's options of the same name; none where both say the same."""
    options = {value: (FieldName(value), FieldName(title)) for value, title in (target.options or {}).items()}
    found: dict[str, Value] = {}
    for choice in field.picklist if options else ():
        names = (FieldName(choice.value), FieldName(choice.label))
        same = [value for value, named in options.items() if likeness(names, named) >= SAME_WORDS]
        if choice.value in options or same:
            found[choice.value] = choice.value if choice.value in options else same[0]
    return {} if all(value == other for value, other in found.items()) else found


def _paths(row: Row) -> list[str]:
    found = [path for source in row.sources for path in rule_paths((parse_source(source),))]
    return [path for path in found if path != LINK]
