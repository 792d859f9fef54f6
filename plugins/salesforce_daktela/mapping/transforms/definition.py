"""What a transform is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from salesforce_daktela.mapping.schema import FieldKind

ANY = frozenset(FieldKind)
TEXTS = frozenset({FieldKind.TEXT, FieldKind.TIME, FieldKind.MULTIPICKLIST})
NUMBERS = frozenset({FieldKind.INTEGER, FieldKind.NUMBER})

UNSET = object()
"""Stands for "no default": the option must be written."""


class UnfitValueError(Exception):
    """A value does not fit its transform. ``code`` is a short constant; no value is carried."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialResult:
    """What a value gave when not all of it could be used; both counts are of pieces of the value.

    ``left_out`` is counted and no more; ``unfit``, with its ``code``, is what does not fit, as the field's
    ``on_error`` says.
    """

    values: tuple[Any, ...]
    left_out: int = 0
    unfit: int = 0
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option. ``type`` is what the YAML must hold; ``check`` returns what is wrong with a value, or nothing."""

    type: type | tuple[type, ...]
    default: Any = UNSET
    check: Callable[[Any], str] = lambda _: ""


Function = Callable[..., Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transform:
    """``make(**options)`` gives the function of one value. Empty values never reach it.

    ``takes`` is ``each`` when the function sees list items one by one, ``list`` when it sees the whole list.
    ``main`` is the option that a bare value in YAML stands for. ``accepts`` are the kinds of values it is made for;
    ``rendered`` when it wants them as the texts Daktela would get. ``gives`` is the kind of its results, None when
    they are of the kind they were. ``source`` is the text of the file that a project's own function stands in.
    """

    name: str
    make: Callable[..., Function]
    takes: Literal["each", "list"] = "each"
    options: Mapping[str, Option] = field(default_factory=dict)
    main: str | None = None
    accepts: frozenset[FieldKind] = ANY
    rendered: bool = False
    gives: FieldKind | None = None
    source: str = field(default="", repr=False)


def one_of(*choices: str) -> Callable[[Any], str]:
    """A check that a text is among ``choices``."""
    return lambda value: "" if value in choices else f"choose from {', '.join(choices)}"


def at_least(least: int) -> Callable[[Any], str]:
    """A check that a number is no smaller."""
    return lambda value: "" if value >= least else f"must be at least {least}"


def between(least: int, most: int) -> Callable[[Any], str]:
    """A check that a number lies within bounds."""
    return lambda value: "" if least <= value <= most else f"must be from {least} to {most}"


def not_empty(value: str) -> str:
    """A check that a text has a letter."""
    return "" if value else "must not be empty"
