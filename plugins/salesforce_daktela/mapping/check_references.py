"""Finds lookups that can never match: what they read is of another type than what is looked up. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from salesforce_daktela.mapping.fixed_values import fixed_values
from salesforce_daktela.mapping.model import FieldPath, FieldRule, Lookup, MappingSpec, Source, Template
from salesforce_daktela.mapping.problems import MappingProblem
from salesforce_daktela.mapping.schema import FieldKind, SourceField, SourceSchema

USERS = "users"
TEXTS = (FieldKind.TEXT, FieldKind.MULTIPICKLIST)
KEEPING = frozenset(
    (
        "trim",
        "collapse",
        "lower",
        "upper",
        "title_case",
        "truncate",
        "email",
        "split",
        "first",
        "last",
        "unique",
        "default",
    )
)
"""Transforms that make no other kind of text of an Id or an address. What comes out of others is not known."""
RECASING = frozenset(("lower", "upper", "title_case"))
NAMES = frozenset(("name", "firstname", "lastname", "alias", "title", "phone", "mobilephone"))
ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceProblems:
    """``errors`` are lookups that never match, ``warnings`` those that hardly do."""

    errors: tuple[MappingProblem, ...]
    warnings: tuple[MappingProblem, ...]


def check_references(spec: MappingSpec, source: SourceSchema, objects: Mapping[str, str]) -> ReferenceProblems:
    """Compare what lookups and ``becomes`` read with what is looked up.

    ``objects`` are the Salesforce objects of the sync's mappings, by name; empty or absent where they are not known.
    """
    errors, warnings = list(_unlike_handed_over(spec, source, objects)), []
    for rule in spec.fields:
        if rule.lookup is None:
            continue
        read = [(path, field) for path in _paths(rule) if (field := _field(source, path)) is not None]
        if rule.lookup.to == (USERS,):
            errors += [
                _problem(rule, what, advice) for path, field in read for what, advice in _no_address(path, field)
            ]
        else:
            errors += [_problem(rule, what, advice) for what, advice in _recased(rule, bool(read))]
            errors += [
                _problem(rule, what, advice)
                for path, field in read
                for what, advice in _no_id(path, field, rule.lookup.to, objects)
            ]
        errors += [_problem(rule, what, advice) for what, advice in _no_key(rule, rule.lookup)]
        warnings += [_problem(rule, *_named(path, rule.lookup)) for path, field in read if _is_name(path, field)]
    return ReferenceProblems(errors=tuple(errors), warnings=tuple(warnings))


def _paths(rule: FieldRule) -> Iterator[str]:
    """The paths whose values are looked up as they are."""
    if all(call.name in KEEPING for call in rule.transforms):
        for source in rule.sources:
            path = _alone(source)
            if path is not None:
                yield path


def _alone(source: Source) -> str | None:
    if isinstance(source, Template) and len(source.pieces) == 1:
        source = source.pieces[0] if isinstance(source.pieces[0], FieldPath) else source
    return source.path if isinstance(source, FieldPath) else None


def _field(source: SourceSchema, path: str) -> SourceField | None:
    try:
        return source.field(path)
    except KeyError:
        return None


def _holds_ids(path: str, field: SourceField) -> bool:
    return bool(field.refers_to) or field.type in ("id", "reference") or _last(path) == "id"


def _last(path: str) -> str:
    return path.rpartition(".")[2].lower()


def _is_name(path: str, field: SourceField) -> bool:
    return field.kind is FieldKind.TEXT and (_last(path) in NAMES or field.type in ("phone", "url"))


def _no_address(path: str, field: SourceField) -> Iterator[tuple[str, str]]:
    """Why a field never holds the e-mail address of a user."""
    if _holds_ids(path, field):
        yield (
            f"{path} holds Ids of Salesforce, and Daktela's users are found by their e-mail address",
            f"write {{lookup: users, from: {_address(path, field)}}}",
        )
    elif field.kind not in TEXTS:
        yield (
            f"{path} is of type {field.kind.value}, and Daktela's users are found by their e-mail address",
            "write it like {lookup: users, from: Owner.Email}",
        )


def _address(path: str, field: SourceField) -> str:
    """The path to the address of the user whose Id a field holds, as far as it can be told."""
    before, _, last = path.rpartition(".")
    if field.refers_to and not {"User", "Name"} & set(field.refers_to):
        return "Owner.Email"
    if last.lower() == "id":
        return f"{before}.Email" if before else "Owner.Email"
    parent = f"{last[:-3]}__r" if last.lower().endswith("__c") else last[:-2] if last.lower().endswith("id") else last
    return ".".join(piece for piece in (before, parent, "Email") if piece)


def _no_id(path: str, field: SourceField, to: tuple[str, ...], objects: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Why a field never holds the Id of a record that one of the mappings loads."""
    looked_up = ", ".join(to)
    if field.kind not in TEXTS or field.type == "email" or _last(path) == "email":
        kind = field.kind.value if field.kind not in TEXTS else "email"
        yield (
            f"{path} is of type {kind}, and records of {looked_up} are found by their Id",
            "name the field that refers to the record, such as AccountId",
        )
    elif field.refers_to and (loaded := _loaded(to, objects)) and not _shared(field.refers_to, loaded):
        held, sobjects = ", ".join(field.refers_to[:5]), " or ".join(sorted(loaded))
        yield f"{path} holds Ids of {held}, and {looked_up} loads {sobjects}", f"name a field that refers to {sobjects}"


def _loaded(to: tuple[str, ...], objects: Mapping[str, str]) -> set[str]:
    """The objects that all mappings of a lookup load, none where one is not known."""
    found = [objects.get(name, "") for name in to]
    return set(found) if all(found) else set()


def _shared(some: tuple[str, ...], others: set[str]) -> bool:
    return bool({each.lower() for each in some} & {each.lower() for each in others})


def _recased(rule: FieldRule, reads_ids: bool) -> Iterator[tuple[str, str]]:
    for call in rule.transforms if reads_ids else ():
        if call.name in RECASING:
            yield f"{call.name} changes the letters of an Id, so it is never found", f"remove {call.name}"


def _no_key(rule: FieldRule, lookup: Lookup) -> Iterator[tuple[str, str]]:
    """Texts of the file that are looked up and are neither an address nor an Id."""
    for text in fixed_values(rule) if _comes_out_as_written(rule) else ():
        if lookup.to == (USERS,) and "@" not in text:
            yield f"{text} is no e-mail address, by which Daktela's users are found", "write the user's e-mail address"
        elif lookup.to != (USERS,) and not ID.fullmatch(text.strip()):
            yield (
                f"{text} is no Id of Salesforce, by which records of {', '.join(lookup.to)} are found",
                "write the record's Id",
            )


def _comes_out_as_written(rule: FieldRule) -> bool:
    return all(call.name in KEEPING or call.name == "values" for call in rule.transforms)


def _named(path: str, lookup: Lookup) -> tuple[str, str]:
    if lookup.to == (USERS,):
        return (
            f"{path} seems to hold no e-mail addresses, by which Daktela's users are found",
            "write it like {lookup: users, from: Owner.Email}",
        )
    what = f"{path} seems to hold no Ids, by which records of {', '.join(lookup.to)} are found"
    return what, "name the field that refers to the record, such as AccountId"


def _unlike_handed_over(
    spec: MappingSpec, source: SourceSchema, objects: Mapping[str, str]
) -> Iterator[MappingProblem]:
    """Fields of ``becomes`` that name records of another object than the mapping loads."""
    for name, path in spec.becomes.items():
        field = _field(source, path)
        found = () if field is None else _no_id(path, field, (name,), objects)
        for what, advice in found:
            yield MappingProblem(position=spec.position, path=f"becomes.{name}", what=what, advice=advice)


def _problem(rule: FieldRule, what: str, advice: str) -> MappingProblem:
    return MappingProblem(position=rule.position, path=f"fields.{rule.target}", what=what, advice=advice)
