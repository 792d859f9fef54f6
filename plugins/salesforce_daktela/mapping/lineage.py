"""Which Salesforce fields each Daktela field of a mapping is made of, and by what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from salesforce_daktela.mapping.model import LINK, FieldPath, FieldRule, MappingSpec, Source, Template

NAME = "name"
"""Daktela's unique name, which the key fills."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One Daktela field. ``sources`` are field paths of the mapping's object, ``steps`` what is done with them.

    Without steps the value is sent as it is. A constant has no sources.
    """

    target: str
    sources: tuple[str, ...]
    steps: tuple[str, ...] = ()


def columns(mapping: MappingSpec) -> tuple[Column, ...]:
    """Return the columns of a mapping, the key first, then the fields as the file has them."""
    key = Column(target=NAME, sources=tuple(_paths((mapping.key,))), steps=("template",))
    return key, *(
        Column(target=rule.target, sources=tuple(_paths(rule.sources)), steps=tuple(_steps(rule)))
        for rule in mapping.fields
    )


def _paths(sources: tuple[Source, ...]) -> Iterator[str]:
    seen: dict[str, None] = {}
    for source in sources:
        for piece in source.pieces if isinstance(source, Template) else (source,):
            if isinstance(piece, FieldPath):
                # The record's address in Salesforce is made of its Id.
                seen.setdefault("Id" if piece.path == LINK else piece.path)
    yield from seen


def _steps(rule: FieldRule) -> Iterator[str]:
    if any(isinstance(source, Template) for source in rule.sources):
        yield "template"
    elif len(rule.sources) > 1:
        yield "list"
    for call in rule.transforms:
        yield call.name
    if rule.lookup is not None:
        yield f"lookup in {', '.join(rule.lookup.to)}"
    if rule.default is not None:
        yield "default"
