"""One mapping file as a checked ``MappingSpec``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from salesforce_daktela.mapping.language.dial_list import check_list, read_hands_off, read_once
from salesforce_daktela.mapping.language.grammar import MAPPING, read_keys
from salesforce_daktela.mapping.language.rules import RuleReader
from salesforce_daktela.mapping.language.section import Section, scalar
from salesforce_daktela.mapping.model import Constant, Entity, FieldPath, FieldRule, MappingSpec, Scalar, Template
from salesforce_daktela.mapping.problems import nearest
from salesforce_daktela.mapping.sources import parse_template
from salesforce_daktela.mapping.target import REQUIRED
from salesforce_daktela.mapping.transforms.definition import Transform

OWN_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
CUSTOM = re.compile(r"customFields\.[A-Za-z0-9_-]{1,255}")

WRITABLE: Mapping[Entity, tuple[str, ...]] = {
    Entity.CONTACTS: ("title", "firstname", "lastname", "account", "user", "description"),
    Entity.ACCOUNTS: ("title", "sla", "user", "description"),
    Entity.CRM_RECORDS: (
        "title", "type", "stage", "status", "user", "contact", "account", "ticket", "description",
    ),
    Entity.CAMPAIGNS_RECORDS: ("record_type", "database", "user", "contact", "action", "nextcall"),
}  # fmt: skip
FIXED: Mapping[str, str] = {
    "name": "Daktela's unique name comes from `key`",
    "database": "the CRM database is chosen in sync.yaml",
    "created": "Daktela sets it",
    "edited": "Daktela sets it",
    "nps_score": "Daktela sets it",
}
REFERENCES: Mapping[str, str] = {"account": "accounts", "contact": "contacts", "user": "users"}
"""Reference fields, with the kind of object that each refers to."""


def parse_mapping(
    section: Section, name: str, *, transforms: Mapping[str, Transform], lookups: Mapping[str, Entity | None]
) -> MappingSpec | None:
    """Return the mapping, None when it has problems, which ``section`` then holds.

    ``lookups`` are the mappings before this one, with what they write, None where that is unknown.
    """
    before = len(section.problems)
    values = read_keys(section, MAPPING)
    if "where" in section.data and section.data["where"] is None:
        # Other keys without a value are as good as left out. This one would let every record pass.
        section.refuse("where", "is empty", "remove the line to take every record")
    sobject, model, key = (values.pop(each, None) for each in ("salesforce", "daktela", "key"))
    entity = None if model is None else Entity(model)
    rules = _rules(values.pop("fields", None), entity, RuleReader(transforms=transforms, lookups=lookups))
    if "on_delete" in values:
        values.setdefault("on_filter_exit", values["on_delete"])
    needed = "mark" in (values.get("on_delete"), values.get("on_filter_exit"))
    mark = _mark(section, values.pop("mark", None), entity, needed=needed)
    becomes = _becomes(values.pop("becomes", None), entity, lookups)
    _check_on_both(section, values.get("on_both"), entity, becomes)
    read_once(section, values.get("once", ()), entity, rules)
    hands_off = read_hands_off(section, values.pop("hands_off", None), entity)
    check_list(section, entity, values, mark)
    _check_match(section, values.get("match", ()), values.get("once", ()), rules)
    if len(section.problems) > before or entity is None:
        return None
    return MappingSpec(
        name=name,
        sobject=sobject,
        entity=entity,
        key=parse_template(key),
        fields=rules,
        mark=mark,
        hands_off=hands_off,
        becomes=becomes,
        position=section.position(),
        **values,
    )


def _rules(fields: Section | None, entity: Entity | None, reader: RuleReader) -> tuple[FieldRule, ...]:
    if fields is None:
        return ()
    rules = []
    for target in fields.keys():  # noqa: SIM118 Section is no dict: keys() also checks them
        if entity is not None and _writable(fields, entity, target):
            rule = reader.read(fields, target)
            if rule is not None:
                rules.append(rule)
                _check_reference(fields, rule, reader.lookups)
    for target in REQUIRED.get(entity, ()) if entity is not None else ():
        if target not in fields.data:
            fields.refuse(None, f"{target} is missing", f"Daktela requires {target} for {entity}: map it")
    return tuple(rules)


def _writable(fields: Section, entity: Entity, target: str) -> bool:
    if CUSTOM.fullmatch(target) or target in WRITABLE[entity]:
        return True
    if target in FIXED:
        fields.refuse(target, "cannot be mapped", FIXED[target])
    elif "." in target:
        advice = "write it like customFields.email, with nothing but letters, digits, _ and - in its name"
        fields.refuse(target, f"{entity.value} have no field {target}", advice)
    else:
        fields.refuse(
            target,
            f"{entity.value} have no field {target}",
            nearest(target, [*WRITABLE[entity], "customFields.<name>"]),
        )
    return False


def _check_reference(fields: Section, rule: FieldRule, lookups: Mapping[str, Entity | None]) -> None:
    if rule.target in REFERENCES and rule.lookup is None:
        constant = not any(isinstance(source, FieldPath | Template) for source in rule.sources)
        if not constant:
            fields.refuse(
                rule.target,
                "a reference needs a lookup, because Daktela refuses names that it does not know",
                "write it like {lookup: accounts, from: AccountId} or {lookup: users, from: Owner.Email}",
            )
    if rule.lookup is not None and (rule.target.startswith("customFields.") or rule.target not in REFERENCES):
        fields.refuse(rule.target, "is not a reference, so it cannot have a lookup", "remove `lookup`")
    elif rule.lookup is not None:
        wanted = REFERENCES[rule.target]
        for name in rule.lookup.to:
            written = lookups.get(name)
            found = name if written is None else written.value
            if found != wanted and (name == "users" or written is not None):
                what = f"needs one of Daktela's {wanted}, but a lookup in {name} gives {found}"
                advice = f"look it up in {'users' if wanted == 'users' else f'a mapping to {wanted}'}"
                fields.refuse(rule.target, what, advice)


def _check_match(section: Section, match: tuple[str, ...], once: tuple[str, ...], rules: tuple[FieldRule, ...]) -> None:
    mapped = {rule.target: rule for rule in rules if rule.lookup is None}
    for path in match:
        if path not in mapped:
            section.refuse("match", f"{path} is not mapped, so there is nothing to compare", nearest(path, mapped))
        elif path in once:
            section.refuse(
                "match", f"{path} is sent once, and may have changed in Daktela since", "match another field"
            )
        elif any(isinstance(source, Constant) for source in mapped[path].sources):
            what = f"{path} is the same in every record, so any object that holds it would be adopted"
            section.refuse("match", what, "match a field that tells records apart, such as an e-mail address")


def _mark(section: Section, marks: Section | None, entity: Entity | None, *, needed: bool) -> dict[str, Scalar]:
    if marks is None or not marks.data:
        if needed:
            section.refuse(
                "mark", "is missing", 'write what marks a record, for example mark: {customFields.note: "gone"}'
            )
        return {}
    found: dict[str, Scalar] = {}
    for target in marks.keys():  # noqa: SIM118 Section is no dict: keys() also checks them
        try:
            found[target] = scalar(marks.data[target])
        except ValueError as exc:
            marks.refuse(target, str(exc), "write one value")
        if entity is not None:
            _writable(marks, entity, target)
    return found


def _check_on_both(section: Section, on_both: str | None, entity: Entity | None, becomes: Mapping[str, str]) -> None:
    if on_both == "merge" and not becomes:
        advice = "write it beside becomes: {contacts: ConvertedContactId}, or remove it"
        section.refuse("on_both", "merges objects of records that become others, and these become none", advice)
    elif on_both == "merge" and entity is not None and not entity.in_database:
        section.refuse("on_both", "Daktela merges contacts and accounts, no other records", "write on_both: keep")


def _becomes(section: Section | None, entity: Entity | None, lookups: Mapping[str, Entity | None]) -> dict[str, str]:
    """The mappings that carry on records of this one, each with the field that names the record there."""
    found: dict[str, str] = {}
    if section is None:
        return found
    for target in section.keys():  # noqa: SIM118 Section is no dict: keys() also checks them
        written, field = lookups.get(target), section.data[target]
        if target not in lookups:
            section.refuse(target, "is no mapping before this one", nearest(target, lookups))
        elif entity is not None and written is not None and written is not entity:
            what = f"writes {written.value}, and this mapping writes {entity.value}: one object cannot be both"
            section.refuse(target, what, f"name a mapping that writes {entity.value}")
        elif not isinstance(field, str) or not OWN_FIELD.fullmatch(field):
            advice = "write it like becomes: {contacts: ConvertedContactId}"
            section.refuse(target, "needs the name of one field of this object", advice)
        else:
            found[target] = field
    return found
