"""Makes ``docs/mapping-keys.md``: what each key of the mapping language takes, from the loader's own table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, fields
from datetime import timedelta
from enum import Enum
from typing import Any

from salesforce_daktela.mapping.language.grammar import APPROVE, HANDS_OFF, LIMITS, MAPPING, RULE, SYNC
from salesforce_daktela.mapping.language.value_kinds import (
    LONGEST_SPAN,
    NEVER,
    Anything,
    Choice,
    Flag,
    Keys,
    NameList,
    Number,
    NumberList,
    OrNever,
    Share,
    Span,
    Text,
    ValueKind,
)
from salesforce_daktela.mapping.model import Approvals, FieldRule, Limits, MappingSpec, SyncSpec

BEGINNING = """\
# Every key at a glance

This page is made from the table of keys that the loader and the editors' schemas go by.
[The mapping language](mapping.md) explains each of them, and says what holds where the last column is empty.
"""
LEVELS: tuple[tuple[str, Keys, Any], ...] = (
    ("sync.yaml", SYNC, SyncSpec),
    ("limits", LIMITS, Limits),
    ("approve", APPROVE, Approvals),
    ("A mapping file", MAPPING, MappingSpec),
    ("hands_off", HANDS_OFF, None),
    ("A field in its long form", RULE, FieldRule),
)
"""Heading, keys, and the class of the model whose fields hold plain defaults, if there is one."""
FOLLOWING = {"on_filter_exit": "as `on_delete`"}
"""Keys that the loader fills from another one, so that the model's plain default does not hold."""
UNITS = ((86400, "d"), (3600, "h"), (60, "m"), (1, "s"))


def keys_page() -> str:
    """Return the page in Markdown."""
    pieces = [BEGINNING]
    for title, keys, model in LEVELS:
        defaults = {} if model is None else {each.name: each.default for each in fields(model)}
        pieces.append(f"## {title}\n\n| key | takes | if left out |\n|---|---|---|\n" + "".join(_rows(keys, defaults)))
    return "\n".join(pieces)


def _rows(keys: Keys, defaults: dict[str, Any]) -> Iterator[str]:
    for key, kind in keys.kinds.items():
        left_out = "required" if key in keys.required else FOLLOWING.get(key) or _default(kind, defaults.get(key))
        yield f"| `{key}` | {_takes(kind)} | {left_out} |\n"


def _takes(kind: ValueKind) -> str:
    match kind:
        case Choice():
            return ", ".join(f"`{choice}`" for choice in kind.choices)
        case Number():
            return f"a {'whole ' if kind.whole else ''}number, {kind.least:.15g} to {kind.most:.15g}"
        case Share(count=None):
            return "a percentage, `0%` to `100%`"
        case Share():
            return f"a percentage, or {_takes(kind.count)}" if kind.count else ""
        case Span():
            return f"a span of time such as `30s`, `10m`, `2h`, `1d`, at most `{LONGEST_SPAN.days}d`"
        case OrNever():
            return f"{_takes(kind.kind)}, or `{NEVER}`"
        case Flag():
            return "`true` or `false`"
        case NameList():
            return "a name, or a list of names"
        case NumberList():
            return f"{_takes(kind.number)}, or a list of such"
        case Keys():
            return "keys of its own"
        case Text():
            return "a text"
        case Anything():
            return "a value, a list or keys, as its place allows"
    raise TypeError(f"say in words what {type(kind).__name__} takes")


def _default(kind: ValueKind, value: Any) -> str:
    """A plain default as a file would have it; empty for what follows from other keys."""
    if value in (MISSING, None, (), "") or isinstance(kind, Keys | Anything):
        return ""
    return f"`{_written(kind, value)}`"


def _written(kind: ValueKind, value: Any) -> str:
    match value:
        case timedelta():
            seconds = round(value.total_seconds())
            return next(f"{seconds // size}{unit}" for size, unit in UNITS if seconds % size == 0) if seconds else "0s"
        case bool():
            return str(value).lower()
        case Enum():
            return str(value.value)
        case float() if isinstance(kind, Share):
            return f"{value:.0%}"
        case float():
            return f"{value:.15g}"
    return str(value)
