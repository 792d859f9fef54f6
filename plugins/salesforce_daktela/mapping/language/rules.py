"""One line of ``fields:`` as a checked rule."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

import regex
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from salesforce_daktela.mapping.language.section import Section, kind, scalar
from salesforce_daktela.mapping.language.spelled_scalars import SpelledInt
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
from salesforce_daktela.mapping.transforms.definition import NOTHING, Option, Transform

TABLE = "write it like {Banking: bank, Energy: utility}"
KEYS = ("from", "value", "lookup", "on_missing", "transforms", "values", "default", "when_empty", "on_error")
USERS = "users"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleReader:
    """Reads rules; ``lookups`` are the mappings before this one and what they write."""

    transforms: Mapping[str, Transform]
    lookups: Mapping[str, Entity | None]

    def read(self, fields: Section, target: str) -> FieldRule | None:
        """Return the rule for ``target``, None when it has problems, which are then collected."""
        before = len(fields.problems)
        raw = fields.take(target)
        if isinstance(raw, CommentedMap):
            section = fields.section(target)
            rule = None if section is None else self._full(section, target, fields.position(target))
        else:
            sources = _sources(fields, target, raw)
            rule = FieldRule(target=target, sources=sources, position=fields.position(target))
        return rule if len(fields.problems) == before else None

    def _full(self, section: Section, target: str, position: Position) -> FieldRule:
        sources = self._source(section)
        lookup = self._lookup(section)
        default = _default(section)
        calls = tuple(_with_default(call, default) for call in (*self._calls(section), *_value_table(section)))
        when_empty = section.choice("when_empty", ("clear", "keep"), "clear")
        on_error = section.choice("on_error", ("reject", "drop"), "reject")
        section.finish(KEYS)
        return FieldRule(
            target=target,
            sources=sources,
            transforms=calls,
            default=default,
            lookup=lookup,
            when_empty=cast(Literal["clear", "keep"], when_empty),
            on_error=cast(Literal["reject", "drop"], on_error),
            position=position,
        )

    def _source(self, section: Section) -> tuple[Source, ...]:
        if "value" in section.data:
            if "from" in section.data:
                section.refuse("value", "a field has either `from` or `value`", "remove one of them")
            return _constant(section)
        if "from" not in section.data:
            section.refuse(None, "where the value comes from is missing", "add `from: SomeField` or `value: something`")
            return ()
        return _sources(section, "from", section.take("from"))

    def _lookup(self, section: Section) -> Lookup | None:
        to = section.texts("lookup")
        if not to:
            if section.take("lookup") is not None:
                section.refuse("lookup", "names no mapping", "name one, a list of them, or users")
            elif section.take("on_missing") is not None:
                section.refuse("on_missing", "only a lookup can miss", "add `lookup:` or remove this line")
            return None
        self._check_lookup(section, to)
        usual = "drop" if USERS in to else "park"
        missing = section.choice("on_missing", ("park", "drop", "reject"), usual)
        if USERS in to and missing == "park":
            section.refuse(
                "on_missing", "users never arrive by a sync, so nothing would release it", "use drop or reject"
            )
        return Lookup(to=to, on_missing=cast(Literal["park", "drop", "reject"], missing))

    def _check_lookup(self, section: Section, to: Sequence[str]) -> None:
        if USERS in to and len(set(to)) > 1:
            section.refuse(
                "lookup", "users are found by their address, records by their Id", "look up one or the other"
            )
        for name in dict.fromkeys(to):
            if name not in (USERS, *self.lookups):
                advice = "list parents before children in sync.yaml; " + nearest(name, [USERS, *self.lookups])
                section.refuse("lookup", f"no mapping {name} comes before this one", advice)
        if len(set(to)) < len(to):
            section.refuse("lookup", "names one mapping twice", "name each once")

    def _calls(self, section: Section) -> Sequence[TransformCall]:
        raw = section.take("transforms")
        if raw is None:
            return []
        listed = raw if isinstance(raw, CommentedSeq) else [raw]
        calls = []
        for item in listed:
            call = self._call(section, item)
            if call is not None:
                calls.append(call)
        return calls

    def _call(self, section: Section, item: Any) -> TransformCall | None:
        name, given = item, NOTHING
        if isinstance(item, CommentedMap) and len(item) == 1:
            name, given = next(iter(item.items()))
        if not isinstance(name, str):
            section.refuse("transforms", f"expected a transform's name, found {kind(item)}", "write it like [trim]")
            return None
        transform = self.transforms.get(name)
        if transform is None:
            section.refuse("transforms", f"unknown transform {name}", nearest(name, self.transforms))
            return None
        options = _options(section, transform, given)
        if options is None or not _makes(section, transform, options):
            return None
        return TransformCall(name=str(name), options=options, position=section.position("transforms"))


def _sources(section: Section, key: str, raw: Any) -> tuple[Source, ...]:
    listed = list(raw) if isinstance(raw, CommentedSeq) else [raw]
    if not listed:
        section.refuse(key, "an empty list", "name at least one field")
    found = []
    for item in listed:
        if not isinstance(item, str):
            advice = "write a constant as {value: ...}" if item is not None else "name a field"
            section.refuse(key, f"expected a field, found {kind(item)}", advice)
            continue
        try:
            found.append(parse_source(str(item)))
        except ValueError as exc:
            section.refuse(key, str(exc))
    return tuple(found)


def _constant(section: Section) -> tuple[Source, ...]:
    raw = section.take("value")
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
    raw = section.take("default")
    try:
        return scalar(raw)
    except ValueError as exc:
        section.refuse("default", str(exc), "write one value")
        return None


def _with_default(call: TransformCall, default: Scalar) -> TransformCall:
    """A value outside a table is a mistake unless the field has a default for it."""
    return replace(call, options={**call.options, "default": default}) if call.name == "values" else call


def _value_table(section: Section) -> tuple[TransformCall, ...]:
    table = section.take("values")
    if table is None:
        return ()
    checked = _table(section, "values", table)
    if checked is None:
        return ()
    return (TransformCall(name="values", options={"table": checked}, position=section.position("values")),)


def _table(section: Section, key: str, table: Any) -> dict[Scalar, Scalar] | None:
    if not isinstance(table, CommentedMap) or not table:
        section.refuse(key, "expected a table", TABLE)
        return None
    before, found = len(section.problems), dict[Scalar, Scalar]()
    for name, value in table.items():
        at = Section(table, section.file, section.problems, f"{section.path}.{key}")
        try:
            if name is None:
                raise ValueError(
                    "an empty value is no entry of a table: `default` and `when_empty` say what becomes of it"
                )
            found[scalar(name)] = scalar(value)
        except ValueError as exc:
            at.refuse_at(name, str(exc), TABLE)
    return found if len(section.problems) == before else None


def _options(section: Section, transform: Transform, given: Any) -> dict[str, object] | None:
    raw = _named(transform, given)
    if raw is None:
        section.refuse("transforms", f"{transform.name} takes no such value", _usage(transform))
        return None
    before = len(section.problems)
    for name in raw:
        if name not in transform.options:
            section.refuse(
                "transforms", f"{transform.name} has no option {name}", nearest(str(name), transform.options)
            )
    options = {
        name: _option(section, transform, name, option, raw.get(name, NOTHING))
        for name, option in transform.options.items()
    }
    return options if len(section.problems) == before else None


def _makes(section: Section, transform: Transform, options: dict[str, object]) -> bool:
    """Whether options that are right one by one are right together."""
    if any(options.get(name) is None for name in ("zone",) if name in transform.options):
        options = {**options, "zone": "UTC"}
    try:
        transform.make(**options)
    except (ValueError, TypeError, LookupError, re.error, regex.error) as exc:
        section.refuse("transforms", f"{transform.name}: {exc}", _usage(transform))
        return False
    return True


def _named(transform: Transform, given: Any) -> dict[str, Any] | None:
    """Options by name: a bare value stands for the main one, a map for itself."""
    if given is NOTHING or given is None:
        return {}
    if isinstance(given, CommentedMap) and transform.main != "table":
        return {{True: "true", False: "false"}.get(name, name): value for name, value in given.items()}
    return None if transform.main is None else {transform.main: given}


def _option(section: Section, transform: Transform, name: str, option: Option, value: Any) -> object:
    if value is NOTHING:
        if option.default is NOTHING:
            section.refuse("transforms", f"{transform.name} needs {name}", _usage(transform))
            return None
        return option.default
    if option.type is dict:
        return _table(section, "transforms", value)
    allowed = option.type if isinstance(option.type, tuple) else (option.type,)
    if not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed):
        section.refuse("transforms", f"{transform.name}: {name} is {kind(value)}", _usage(transform))
        return None
    try:
        plain = _plain(value, allowed)
    except ValueError as exc:
        section.refuse("transforms", f"{transform.name}: {name}: {exc}", _usage(transform))
        return None
    problem = option.check(plain)
    if problem:
        section.refuse("transforms", f"{transform.name}: {name}: {problem}", _usage(transform))
    return plain


def _plain(value: Any, allowed: tuple[type, ...]) -> Scalar:
    """A number's spelling matters only where it may become a text."""
    return int(value) if isinstance(value, SpelledInt) and str not in allowed else scalar(value)


def _usage(transform: Transform) -> str:
    options = ", ".join(f"{name}: ..." for name in transform.options)
    return f"write it like {{{transform.name}: {{{options}}}}}" if options else f"write it like [{transform.name}]"
