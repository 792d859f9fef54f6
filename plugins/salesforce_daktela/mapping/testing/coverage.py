"""How much of a mapping its tests exercise: fields, transforms, and entries of value tables. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from salesforce_daktela.mapping.engine.trace import FieldTrace
from salesforce_daktela.mapping.model import FieldRule, MappingSpec
from salesforce_daktela.mapping.testing.case import Expected
from salesforce_daktela.mapping.transforms.lists import table_key

OTHERS = "any other value"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to test. ``kind`` is ``field``, ``transform`` or ``value``; ``detail`` names it within the field."""

    kind: str
    field: str
    detail: str = ""

    def __str__(self) -> str:
        return " ".join(piece for piece in (self.field, self.kind if self.detail else "", self.detail) if piece)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """All items of a mapping in its own order, and those that tests exercise."""

    items: tuple[Item, ...]
    covered: frozenset[Item]

    def count(self, kind: str) -> tuple[int, int]:
        """How many items of a kind are exercised, and how many there are."""
        of = [item for item in self.items if item.kind == kind]
        return sum(item in self.covered for item in of), len(of)

    @property
    def missing(self) -> tuple[Item, ...]:
        """What no test exercises."""
        return tuple(item for item in self.items if item not in self.covered)


def coverage_of(spec: MappingSpec, exercised: Iterable[Item]) -> Coverage:
    """Return the coverage of a mapping by what its tests have exercised together."""
    items = tuple(item for rule in spec.fields for item in _items(rule))
    return Coverage(items=items, covered=frozenset(exercised).intersection(items))


def exercised(spec: MappingSpec, expected: Expected, traces: Iterable[FieldTrace]) -> Iterator[Item]:
    """What one test exercises: of the fields that it compares, all that a value has passed through."""
    compared = _compared(spec, expected)
    rules = {rule.target: rule for rule in spec.fields}
    for trace in traces:
        if trace.target in compared:
            yield from _passed(rules[trace.target], trace)


def _compared(spec: MappingSpec, expected: Expected) -> set[str]:
    if expected.whole:
        return {rule.target for rule in spec.fields}
    return {*(expected.sent or {}), *expected.problems, *expected.waits, *expected.keeps}


def _items(rule: FieldRule) -> Iterator[Item]:
    yield Item("field", rule.target)
    for place, call in enumerate(rule.transforms):
        yield Item("transform", rule.target, _call(place, call.name))
        table = call.options.get("table")
        if isinstance(table, Mapping):
            yield from (Item("value", rule.target, table_key(key)) for key in table)
            if call.options.get("default") is not None:
                yield Item("value", rule.target, OTHERS)


def _passed(rule: FieldRule, trace: FieldTrace) -> Iterator[Item]:
    values = [value for _, value in trace.steps]
    if trace.problem or values[-1] is not None:
        yield Item("field", rule.target)
    for place, call in enumerate(rule.transforms):
        given = values[place]
        if given is None and call.name != "default":
            continue
        yield Item("transform", rule.target, _call(place, call.name))
        table = call.options.get("table")
        if isinstance(table, Mapping):
            yield from (Item("value", rule.target, key) for key in _entries(given, table))


def _entries(given: Any, table: Mapping[Any, Any]) -> Iterator[str]:
    known = {table_key(key) for key in table}
    for value in given if isinstance(given, list) else [given]:
        key = table_key(value)
        yield key if key in known else OTHERS


def _call(place: int, name: str) -> str:
    """Transforms of one name in one field are told apart by their place, the first of all is 1."""
    return f"{name} ({place + 1})"
