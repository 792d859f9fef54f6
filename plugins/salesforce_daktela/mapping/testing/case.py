"""One test of a mapping: a row of Salesforce, and what Daktela is expected to get of it. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from salesforce_daktela.mapping.model import Position

Sent: TypeAlias = str | tuple[str, ...] | None
"""A standard field's text, a custom field's texts; None, or no text, clears the field."""
CUSTOM = "customFields."
NAME = "name"
"""Stands for the name that the mapping's key makes, among the fields of a payload."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A value as YAML reads it: None, a boolean, number, text or date, a list of texts, or a ``Spelled``."""

    value: Any
    position: Position
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a test expects. ``sent`` has paths such as ``customFields.email``, None where nothing is sent.

    If ``whole``, fields that ``sent`` leaves out are expected to be empty. ``keeps`` are fields left as they are in
    Daktela. ``problems`` are codes by field, ``waits`` the references a record waits for, ``becomes`` the Ids of those
    that carry on a converted record, by mapping. Counts of None are not compared.
    """

    sent: Mapping[str, Sent] | None = None
    whole: bool = False
    keeps: tuple[str, ...] = ()
    problems: Mapping[str, str] = field(default_factory=dict)
    waits: tuple[str, ...] = ()
    becomes: Mapping[str, str] = field(default_factory=dict)
    dropped: int | None = None
    shortened: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingTest:
    """``row`` has field paths as the mapping spells them; what it leaves out is null in Salesforce.

    ``parents`` are the names of objects in Daktela by Salesforce Id or e-mail address; all others are unknown.
    """

    name: str
    mapping: str
    row: Mapping[str, Written]
    parents: Mapping[str, str]
    expected: Expected
    position: Position
