"""One line of ``fields:`` as a checked rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from salesforce_daktela.mapping.language.grammar import RULE, read_keys
from salesforce_daktela.mapping.language.section import Section, kind_of, scalar
from salesforce_daktela.mapping.language.transform_calls import read_calls, read_value_table, refuse_recased_entries
from salesforce_daktela.mapping.model import (
    Constant,
    Entity,
    FieldRule,
    Lookup,
    Position,
    Scalar,
    Source,
    TransformCall,
)
from salesforce_daktela.mapping.problems import nearest
from salesforce_daktela.mapping.sources import parse_source
from salesforce_daktela.mapping.transforms.definition import Transform

USERS = "users"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleReader:
    """Reads rules; ``lookups`` are the mappings before this one and what they write."""

    transforms: Mapping[str, Transform]
    lookups: Mapping[str, Entity | None]

    def read(self, fields: Section, target: str) -> FieldRule | None:
        """Return the rule for ``target``, None when it has problems, which are then collected."""
        before = len(fields.problems)
        raw, position = fields.data[target], fields.position(target)
        if isinstance(raw, CommentedMap):
            rule = self._full(fields.below(target, raw), target, position)
        else:
            rule = FieldRule(target=target, sources=_sources(fields, target, raw), position=position)
        return rule if len(fields.problems) == before else None

    def _full(self, section: Section, target: str, position: Position) -> FieldRule:
        values = read_keys(section, RULE)
        sources = _source(section)
        lookup = self._lookup(section, values.pop("lookup", None), values.pop("on_missing", None))
        default = _default(section)
        calls = read_calls(section, values.pop("transforms", None), self.transforms)
        table = read_value_table(section, values.pop("values", None))
        refuse_recased_entries(section, calls, table)
        return FieldRule(
            target=target,
            sources=sources,
            transforms=tuple(_with_default(call, default) for call in (*calls, *table)),
            default=default,
            lookup=lookup,
            position=position,
            **{key: value for key, value in values.items() if key not in ("from", "value", "default")},
        )

    def _lookup(self, section: Section, to: tuple[str, ...] | None, on_missing: str | None) -> Lookup | None:
        if not to:
            if to is not None:
                section.refuse("lookup", "names no mapping", "write a mapping, a list of mappings, or users")
            elif section.data.get("lookup") is None and on_missing is not None:
                section.refuse("on_missing", "has no effect without a lookup", "add `lookup:` or remove this line")
            return None
        self._check_lookup(section, to)
        missing = on_missing or ("drop" if USERS in to else "park")
        if USERS in to and missing == "park":
            section.refuse(
                "on_missing", "a record cannot wait for a user, because no sync loads users", "write drop or reject"
            )
        return Lookup(to=to, on_missing=cast(Literal["park", "drop", "reject"], missing))

    def _check_lookup(self, section: Section, to: Sequence[str]) -> None:
        if USERS in to and len(set(to)) > 1:
            section.refuse(
                "lookup",
                "users are found by e-mail address and records by Id, so one lookup cannot do both",
                "choose one of them",
            )
        for name in dict.fromkeys(to):
            if name not in (USERS, *self.lookups):
                advice = "list parents before children in sync.yaml; " + nearest(name, [USERS, *self.lookups])
                section.refuse("lookup", f"there is no mapping {name} before this one", advice)
        if len(set(to)) < len(to):
            section.refuse("lookup", "names a mapping twice", "name each mapping once")


def _source(section: Section) -> tuple[Source, ...]:
    if "value" in section.data:
        if "from" in section.data:
            section.refuse("value", "a field has either `from` or `value`", "remove one of them")
        return _constant(section)
    if "from" not in section.data:
        section.refuse(None, "a field needs `from` or `value`", "add `from: SomeField` or `value: something`")
        return ()
    return _sources(section, "from", section.data["from"])


def _sources(section: Section, key: str, raw: Any) -> tuple[Source, ...]:
    listed = list(raw) if isinstance(raw, CommentedSeq) else [raw]
    if not listed:
        section.refuse(key, "the list is empty", "name at least one field")
    found = []
    for item in listed:
        if not isinstance(item, str):
            advice = "write a constant as {value: ...}" if item is not None else "name a field"
            section.refuse(key, f"expected a field, found {kind_of(item)}", advice)
            continue
        try:
            found.append(parse_source(str(item)))
        except ValueError as exc:
            section.refuse(key, str(exc))
    return tuple(found)


def _constant(section: Section) -> tuple[Source, ...]:
    raw = section.data["value"]
    try:
        if isinstance(raw, CommentedSeq):
            return (Constant(tuple(scalar(item) for item in raw)),)
        value = scalar(raw)
    except ValueError as exc:
        section.refuse("value", str(exc), "write one value or a list of values")
        return ()
    if value is None:
        section.refuse("value", "a constant without a value", "write the value, or remove the field")
    return (Constant(value),)


def _default(section: Section) -> Scalar:
    try:
        return scalar(section.data.get("default"))
    except ValueError as exc:
        section.refuse("default", str(exc), "write one value")
        return None


def _with_default(call: TransformCall, default: Scalar) -> TransformCall:
    """Give a value table the field's default, for values that the table does not have."""
    return replace(call, options={**call.options, "default": default}) if call.name == "values" else call
