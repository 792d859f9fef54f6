"""The ``transforms`` and the value table of one field as checked calls."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

import regex
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from salesforce_daktela.mapping.language.section import Section, kind_of, scalar
from salesforce_daktela.mapping.language.spelled_scalars import SpelledFloat, SpelledInt
from salesforce_daktela.mapping.model import Scalar, TransformCall
from salesforce_daktela.mapping.problems import nearest
from salesforce_daktela.mapping.render import is_empty
from salesforce_daktela.mapping.transforms.definition import UNSET, Option, Transform
from salesforce_daktela.mapping.transforms.lists import table_key

TABLE = "write it like {Banking: bank, Energy: utility}"


def read_calls(section: Section, raw: Any, transforms: Mapping[str, Transform]) -> Sequence[TransformCall]:
    """Return the calls written under ``transforms``: one, a list, or none if ``raw`` is None."""
    if raw is None:
        return []
    listed = raw if isinstance(raw, CommentedSeq) else [raw]
    calls = []
    for item in listed:
        call = _call(section, item, transforms)
        if call is not None:
            calls.append(call)
    return calls


def _call(section: Section, item: Any, transforms: Mapping[str, Transform]) -> TransformCall | None:
    name, given = item, UNSET
    if isinstance(item, CommentedMap) and len(item) == 1:
        name, given = next(iter(item.items()))
    if not isinstance(name, str):
        section.refuse("transforms", f"expected a transform's name, found {kind_of(item)}", "write it like [trim]")
        return None
    transform = transforms.get(name)
    if transform is None:
        section.refuse("transforms", f"unknown transform {name}", nearest(name, transforms))
        return None
    options = _options(section, transform, given)
    if options is None or not _makes(section, transform, options):
        return None
    return TransformCall(name=str(name), options=options, position=section.position("transforms"))


def read_value_table(section: Section, table: Any) -> Sequence[TransformCall]:
    """Return the call that the field's ``values`` stand for; none without a table."""
    if table is None:
        return ()
    checked = _table(section, "values", table)
    if checked is None:
        return ()
    return (TransformCall(name="values", options={"table": checked}, position=section.position("values")),)


RECASING = {"lower": str.lower, "upper": str.upper}
KEEPING = ("trim", "collapse", "first", "last", "unique", "split")
"""Transforms that leave letters as they are."""


def refuse_recased_entries(section: Section, calls: Sequence[TransformCall], table: Sequence[TransformCall]) -> None:
    """Refuse entries of value tables that begin with other letters than what is looked up in them."""
    before = ""
    for place, call in enumerate((*calls, *table)):
        if call.name in RECASING:
            before = call.name
        elif call.name not in KEEPING:
            if before and call.name == "values":
                _refuse_recased(section, "transforms" if place < len(calls) else "values", call, before)
            before = ""


def _refuse_recased(section: Section, at: str, call: TransformCall, before: str) -> None:
    written = [key for key in cast(Mapping[Scalar, Scalar], call.options["table"]) if isinstance(key, str)]
    for key in written:
        found = RECASING[before](key)
        if found not in written:
            section.refuse(at, f"{key} is never found behind {before}", f"write the entry {found}")


def _table(section: Section, key: str, table: Any) -> dict[Scalar, Scalar] | None:
    if not isinstance(table, CommentedMap) or not table:
        section.refuse(key, "expected a table", TABLE)
        return None
    before, found = len(section.problems), dict[Scalar, Scalar]()
    for name, value in table.items():
        at = Section(table, section.file, section.problems, f"{section.path}.{key}")
        try:
            if is_empty(name):
                raise ValueError(
                    "a table cannot have an entry for empty values: use `default` or `when_empty` for them"
                )
            entry = scalar(name)
            # Python takes 1 for the same key as true. Of others the type is kept: fingerprints of mappings hold it.
            found[table_key(entry) if entry in found else entry] = scalar(value)
        except ValueError as exc:
            at.refuse_at(name, str(exc), TABLE)
    return found if len(section.problems) == before else None


def _options(section: Section, transform: Transform, given: Any) -> dict[str, object] | None:
    raw = _named(transform, given)
    if raw is None:
        section.refuse("transforms", f"{transform.name} does not take this value", _usage(transform))
        return None
    before = len(section.problems)
    for name in raw:
        if name not in transform.options:
            section.refuse(
                "transforms", f"{transform.name} has no option {name}", nearest(str(name), transform.options)
            )
    options = {
        name: _option(section, transform, name, option, raw.get(name, UNSET))
        for name, option in transform.options.items()
    }
    return options if len(section.problems) == before else None


def _makes(section: Section, transform: Transform, options: dict[str, object]) -> bool:
    """Whether the transform can be made with these options together."""
    if any(options.get(name) is None for name in ("zone",) if name in transform.options):
        options = {**options, "zone": "UTC"}
    try:
        transform.make(**options)
    except (ValueError, TypeError, LookupError, re.error, regex.error) as exc:
        section.refuse("transforms", f"{transform.name}: {exc}", _usage(transform))
        return False
    return True


def _named(transform: Transform, given: Any) -> dict[str, Any] | None:
    """Options by name; a bare value is the value of the main option."""
    if given is UNSET or given is None:
        return {}
    if isinstance(given, CommentedMap) and transform.main != "table":
        return {{True: "true", False: "false"}.get(name, name): value for name, value in given.items()}
    return None if transform.main is None else {transform.main: given}


def _option(section: Section, transform: Transform, name: str, option: Option, value: Any) -> object:
    if value is UNSET:
        if option.default is UNSET:
            section.refuse("transforms", f"{transform.name} needs the option {name}", _usage(transform))
            return None
        return option.default
    if option.type is dict:
        return _table(section, "transforms", value)
    allowed = option.type if isinstance(option.type, tuple) else (option.type,)
    allowed = (*allowed, int) if float in allowed else allowed
    if not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed):
        section.refuse("transforms", f"{transform.name}: {name} cannot be {kind_of(value)}", _usage(transform))
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
    if str in allowed or not isinstance(value, SpelledInt | SpelledFloat):
        return scalar(value)
    return int(value) if isinstance(value, SpelledInt) else float(value)


def _usage(transform: Transform) -> str:
    options = ", ".join(f"{name}: ..." for name in transform.options)
    return f"write it like {{{transform.name}: {{{options}}}}}" if options else f"write it like [{transform.name}]"
