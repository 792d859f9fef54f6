"""What a transform is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from salesforce_daktela.mapping.schema import FieldKind

Kinds = frozenset[FieldKind]
"""The kinds of values that may be there; none where they are not known."""

ANY: Kinds = frozenset(FieldKind)
TEXTS = frozenset({FieldKind.TEXT, FieldKind.TIME, FieldKind.MULTIPICKLIST})
WORDING: Kinds = TEXTS - {FieldKind.TIME}
"""Texts that may say anything: a time of day is no address and no number."""
NUMBERS = frozenset({FieldKind.INTEGER, FieldKind.NUMBER})

UNSET = object()
"""Stands for "no default": the option must be written."""


class UnfitValueError(Exception):
    """A value does not fit its transform. ``code`` is a short constant. The error does not contain the value."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialResult:
    """The result for a value of which only a part could be used. Both counts are pieces of the value.

    Pieces ``left_out`` are only counted. Pieces ``unfit`` do not fit, for the reason ``code``: the field's ``on_error``
    decides what happens.
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
Gives = Callable[[Kinds, Mapping[str, Any]], Kinds]
"""From the kinds of a transform's input, and its options, to the kinds of its results."""


def as_given(kinds: Kinds, _options: Mapping[str, Any]) -> Kinds:
    """The results of a transform that makes no new values."""
    return kinds


def only_text(_kinds: Kinds, _options: Mapping[str, Any]) -> Kinds:
    """The results of a transform that gives nothing but texts."""
    return frozenset({FieldKind.TEXT})


def kind_of(value: object) -> FieldKind:
    """The kind of a Python value."""
    kinds = (
        (FieldKind.BOOLEAN, bool),
        (FieldKind.INTEGER, int),
        (FieldKind.NUMBER, float),
        (FieldKind.DATETIME, datetime),
        (FieldKind.DATE, date),
    )
    return next((kind for kind, type_ in kinds if isinstance(value, type_)), FieldKind.TEXT)


def unchanged(value: Any) -> Any:
    """The function of a transform that has nothing to do for any value: it need not be called."""
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Transform:
    """``make(**options)`` gives the function of one value. Empty values never reach it.

    ``takes`` is ``each`` when the function sees list items one by one, ``list`` when it sees the whole list.
    ``main`` is the option that a bare value in YAML stands for. ``accepts`` are the kinds of values that it takes;
    if ``rendered``, it gets them as the texts that Daktela would get. ``only`` are those that its options leave.
    ``gives`` says of which kinds its results are. If ``keeps_one``, a list of one value stays as it is. If
    ``sendable``, it makes of texts without NUL texts without NUL. ``source`` is the content of the file that defines a
    project's own function.
    """

    name: str
    make: Callable[..., Function]
    takes: Literal["each", "list"] = "each"
    options: Mapping[str, Option] = field(default_factory=dict)
    main: str | None = None
    accepts: frozenset[FieldKind] = ANY
    rendered: bool = False
    only: Callable[[Mapping[str, Any]], Kinds] = lambda _: ANY
    gives: Gives = as_given
    keeps_one: bool = False
    sendable: bool = False
    source: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class OneOf:
    """A check that a text is among ``choices``."""

    choices: tuple[str, ...]

    def __call__(self, value: Any) -> str:
        """Return what is wrong with a value, or nothing."""
        return "" if value in self.choices else f"choose from {', '.join(self.choices)}"


def one_of(*choices: str) -> OneOf:
    """Return the check."""
    return OneOf(choices)


def at_least(least: int) -> Callable[[Any], str]:
    """A check that a number is no smaller."""
    return lambda value: "" if value >= least else f"must be at least {least}"


def between(least: int, most: int) -> Callable[[Any], str]:
    """A check that a number lies within bounds."""
    return lambda value: "" if least <= value <= most else f"must be from {least} to {most}"


def not_empty(value: str) -> str:
    """A check that a text is not empty."""
    return "" if value else "must not be empty"
