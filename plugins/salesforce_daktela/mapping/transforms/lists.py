"""Transforms between one value and several, value tables and defaults."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Any

from salesforce_daktela.mapping.render import WHITE, is_empty, render
from salesforce_daktela.mapping.transforms.definition import (
    Kinds,
    Option,
    Transform,
    UnfitValueError,
    kind_of,
    not_empty,
    only_text,
)


def _split(by: str) -> Callable[[list[Any]], list[Any]]:
    def split(values: list[Any]) -> list[Any]:
        pieces = [piece.strip(WHITE) for value in values for piece in value.split(by)]
        return [piece for piece in pieces if piece]

    return split


def _join(by: str) -> Callable[[list[Any]], str]:
    return lambda values: by.join(values)


def _unique(values: list[Any]) -> list[Any]:
    """The first of equal values stays where it is."""
    return list(dict.fromkeys(values))


def _values(table: Mapping[Any, Any], default: Any) -> Callable[[Any], Any]:
    texts = {table_key(key): value for key, value in table.items()}

    def look_up(value: Any) -> Any:
        key = table_key(value)
        if key in texts:
            return texts[key]
        if default is None:
            raise UnfitValueError("value_unlisted")
        return default

    return look_up


def table_key(value: Any) -> str:
    """How a value is written in a table: booleans as ``true`` and ``false``, everything else as its text."""
    return ("true" if value else "false") if isinstance(value, bool) else render(value, UTC)


def _default(value: Any) -> Callable[[list[Any]], Any]:
    return lambda values: [value] if is_empty(values) else values


def _gives_of_table(_kinds: Kinds, options: Mapping[str, Any]) -> Kinds:
    values = (*options["table"].values(), options.get("default"))
    return frozenset(kind_of(value) for value in values if value is not None)


SCALARS = (str, int, float, bool)

TRANSFORMS = (
    Transform(
        name="split",
        make=lambda by: _split(by),
        takes="list",
        options={"by": Option(type=str, default=";", check=not_empty)},
        main="by",
        rendered=True,
        gives=only_text,
    ),
    Transform(
        name="join",
        make=lambda by: _join(by),
        takes="list",
        options={"by": Option(type=str, default=", ")},
        main="by",
        rendered=True,
        gives=only_text,
    ),
    Transform(name="first", make=lambda: lambda values: values[0], takes="list", keeps_one=True, sendable=True),
    Transform(name="last", make=lambda: lambda values: values[-1], takes="list", keeps_one=True, sendable=True),
    Transform(name="unique", make=lambda: _unique, takes="list", keeps_one=True, sendable=True),
    Transform(
        name="values",
        # The default is that of the field: a file gives this transform its table and nothing else.
        make=lambda table, default=None: _values(table, default),
        options={"table": Option(type=dict)},
        main="table",
        gives=_gives_of_table,
    ),
    Transform(
        name="default",
        make=lambda value: _default(value),
        takes="list",
        options={"value": Option(type=SCALARS)},
        main="value",
        gives=lambda kinds, options: kinds and kinds | {kind_of(options["value"])},
    ),
)
