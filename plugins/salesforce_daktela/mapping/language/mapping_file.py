"""One mapping file as a checked ``MappingSpec``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Literal, cast

from salesforce_daktela.mapping.language.rules import RuleReader
from salesforce_daktela.mapping.language.section import Section, scalar
from salesforce_daktela.mapping.language.soql_where import where_problem
from salesforce_daktela.mapping.language.spans import parse_span
from salesforce_daktela.mapping.model import Entity, FieldPath, FieldRule, MappingSpec, Scalar, Template
from salesforce_daktela.mapping.problems import nearest
from salesforce_daktela.mapping.sources import parse_template
from salesforce_daktela.mapping.target import REQUIRED
from salesforce_daktela.mapping.transforms.definition import Transform

SOBJECT = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")
KEY_LITERAL = re.compile(r"[A-Za-z0-9_-]*")
CUSTOM = re.compile(r"customFields\.[A-Za-z0-9_-]{1,255}")
POLICIES = ("keep", "mark", "delete")

WRITABLE: Mapping[Entity, tuple[str, ...]] = {
    Entity.CONTACTS: ("title", "firstname", "lastname", "account", "user", "description"),
    Entity.ACCOUNTS: ("title", "sla", "user", "description"),
    Entity.CRM_RECORDS: (
        "title", "type", "stage", "status", "user", "contact", "account", "ticket", "description",
    ),
}  # fmt: skip
FIXED: Mapping[str, str] = {
    "name": "Daktela's unique name comes from `key`",
    "database": "the CRM database is chosen in sync.yaml",
    "created": "Daktela sets it",
    "edited": "Daktela sets it",
    "nps_score": "Daktela sets it",
}
REFERENCES: Mapping[str, str] = {"account": "accounts", "contact": "contacts", "user": "users"}
"""Fields that name another object, with where such objects live."""
NEVER = "never"
DAILY = timedelta(days=1)
LONGEST_KEY = 64
ID_LENGTH = 18


def parse_mapping(
    section: Section, name: str, *, transforms: Mapping[str, Transform], lookups: Mapping[str, Entity | None]
) -> MappingSpec | None:
    """Return the mapping, None when it has problems, which ``section`` then holds.

    ``lookups`` are the mappings before this one, with what they write, None where that is unknown.
    """
    before = len(section.problems)
    sobject = _sobject(section)
    entity = _entity(section)
    key = _key(section)
    where = section.text("where")
    if where is not None and (problem := where_problem(where)):
        section.refuse("where", *problem)
    match = section.texts("match")
    rules = _rules(section, entity, RuleReader(transforms=transforms, lookups=lookups))
    on_delete = section.choice("on_delete", POLICIES, "keep")
    on_filter_exit = section.choice("on_filter_exit", POLICIES, on_delete)
    mark = _mark(section, entity, needed="mark" in (on_delete, on_filter_exit))
    max_removals = int(section.number("max_removals", 100, least=0, most=100_000_000, whole=True))
    on_gone = section.choice("on_gone", ("keep", "recreate"), "keep")
    reread = None if section.take("reread") == NEVER else parse_span(section, "reread", DAILY)
    reject_above = section.share("reject_above", 0.01)
    section.finish()
    _check_match(section, match, rules)
    if len(section.problems) > before or entity is None or key is None:
        return None
    return MappingSpec(
        name=name,
        sobject=sobject,
        entity=entity,
        key=key,
        where=where,
        match=match,
        fields=rules,
        mark=mark,
        on_delete=cast(Literal["keep", "mark", "delete"], on_delete),
        on_filter_exit=cast(Literal["keep", "mark", "delete"], on_filter_exit),
        max_removals=max_removals,
        on_gone=cast(Literal["keep", "recreate"], on_gone),
        reread=reread,
        reject_above=reject_above,
        position=section.position(),
    )


def _sobject(section: Section) -> str:
    sobject = section.text("salesforce", required=True) or ""
    if sobject and not SOBJECT.fullmatch(sobject):
        section.refuse("salesforce", f"{sobject} is no API name", "write it like Contact or Smlouva__c")
    return sobject


def _entity(section: Section) -> Entity | None:
    text = section.text("daktela", required=True)
    if text is None:
        return None
    try:
        return Entity(text)
    except ValueError:
        section.refuse("daktela", f"unknown model {text}", nearest(text, [entity.value for entity in Entity]))
        return None


def _key(section: Section) -> Template | None:
    text = section.text("key", required=True)
    if text is None:
        return None
    try:
        key = parse_template(text)
    except ValueError as exc:
        section.refuse("key", str(exc))
        return None
    if not all(KEY_LITERAL.fullmatch(piece) for piece in key.pieces if isinstance(piece, str)):
        section.refuse("key", "holds characters that Daktela's names cannot", "use A-Z a-z 0-9 _ and - only")
    paths = [piece.path for piece in key.pieces if isinstance(piece, FieldPath)]
    if paths != ["Id"]:
        section.refuse("key", "has to hold {Id} and no other field", 'write it like "sf_contact_{Id}"')
    elif sum(len(piece) for piece in key.pieces if isinstance(piece, str)) + ID_LENGTH > LONGEST_KEY:
        section.refuse("key", f"comes out longer than {LONGEST_KEY} characters", "shorten what stands around {Id}")
    return key


def _rules(section: Section, entity: Entity | None, reader: RuleReader) -> tuple[FieldRule, ...]:
    fields = section.section("fields")
    if fields is None:
        section.refuse("fields", "is missing", "map at least the required fields")
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
    fields.take(target)
    if target in FIXED:
        fields.refuse(target, "cannot be mapped", FIXED[target])
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
                "a reference needs a lookup: Daktela refuses records that name something it does not know",
                "write it like {lookup: accounts, from: AccountId} or {lookup: users, from: Owner.Email}",
            )
    if rule.lookup is not None and (rule.target.startswith("customFields.") or rule.target not in REFERENCES):
        fields.refuse(rule.target, "is no reference, so nothing can be looked up for it", "remove lookup")
    elif rule.lookup is not None:
        wanted = REFERENCES[rule.target]
        for name in rule.lookup.to:
            written = lookups.get(name)
            found = name if written is None else written.value
            if found != wanted and (name == "users" or written is not None):
                what = f"takes one of Daktela's {wanted}, but {name} gives {found}"
                advice = f"look it up in {'users' if wanted == 'users' else f'a mapping to {wanted}'}"
                fields.refuse(rule.target, what, advice)


def _check_match(section: Section, match: tuple[str, ...], rules: tuple[FieldRule, ...]) -> None:
    mapped = [rule.target for rule in rules if rule.lookup is None]
    for path in match:
        if path not in mapped:
            section.refuse("match", f"{path} is not mapped, so there is nothing to compare", nearest(path, mapped))


def _mark(section: Section, entity: Entity | None, *, needed: bool) -> dict[str, Scalar]:
    marks = section.section("mark")
    if marks is None:
        if needed:
            section.refuse("mark", "is missing", 'say how to mark, for example mark: {customFields.note: "gone"}')
        return {}
    found: dict[str, Scalar] = {}
    for target in marks.keys():  # noqa: SIM118 Section is no dict: keys() also checks them
        raw = marks.take(target)
        try:
            found[target] = scalar(raw)
        except ValueError as exc:
            marks.refuse(target, str(exc), "write one value")
        if entity is not None:
            _writable(marks, entity, target)
    return found
