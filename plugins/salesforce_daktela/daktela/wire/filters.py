"""Builds the query strings of Daktela's filters. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, urlencode

LONGEST = 7_000
SHORT = 3_500
"""Encoded characters of one query, and of one after a refusal. No limit is published; servers often stop at 8 kB."""

KEY = len(quote("filter[filters][0][value][]", safe="")) + len("=&")
"""Encoded characters of a value's key, without its number."""

PLAIN = re.compile(r"[A-Za-z0-9_.~-]*")
"""Texts that are encoded as they are, as most names."""

Pairs = list[tuple[str, str]]
Operator = Literal[
    "eq", "neq", "lt", "lte", "gt", "gte", "like", "notlike", "contains", "startswith", "endswith",
    "in", "notin", "isnull", "isnotnull",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison. ``value`` is a list for ``in`` and ``notin``, None for ``isnull`` and ``isnotnull``, else a text.

    Raises ValueError otherwise, and for an empty ``in``: instances refuse it, or it matches everything.
    """

    field: str
    operator: Operator
    value: str | Sequence[str] | None = None

    def __post_init__(self) -> None:
        listed = not isinstance(self.value, str) and self.value is not None
        if self.operator in ("in", "notin"):
            if not listed or not self.value:
                raise ValueError(f"`{self.operator}` needs a list with at least one value")
        elif self.operator in ("isnull", "isnotnull"):
            if self.value is not None:
                raise ValueError(f"`{self.operator}` takes no value")
        elif not isinstance(self.value, str):
            raise ValueError(f"`{self.operator}` needs one text")


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions of which all (``and``) or any (``or``) must hold. Raises ValueError when it is empty."""

    logic: Literal["and", "or"]
    members: tuple[Filter, ...]

    def __post_init__(self) -> None:
        if not self.members:
            raise ValueError("an empty group would match everything")


Filter = Condition | Group


def query_of(where: Filter | None) -> Pairs:
    """Return the parameters of a filter in the nested form: only that form can hold more than one condition."""
    if where is None:
        return []
    return list(_spell(where if isinstance(where, Group) else Group("and", (where,)), "filter"))


def select(fields: Sequence[str]) -> Pairs:
    """Return the parameters that ask for these fields only."""
    return [(f"fields[{index}]", name) for index, name in enumerate(fields)]


def chunks(values: Sequence[str], *, beside: Pairs | None = None, longest: int = LONGEST) -> Iterator[list[str]]:
    """Split the values of an ``in`` filter so that each query stays short enough.

    ``beside`` are the other parameters of the query. A value that is too long for any query gets a chunk of its own.
    """
    start = len(urlencode(beside or []))
    chunk: list[str] = []
    length = start
    for value in values:
        size = KEY + len(str(len(chunk))) + (len(value) if PLAIN.fullmatch(value) else len(quote(value, safe="")))
        if chunk and length + size > longest:
            yield chunk
            chunk, length = [], start
        chunk.append(value)
        length += size
    if chunk:
        yield chunk


def _spell(group: Group, prefix: str) -> Iterator[tuple[str, str]]:
    yield f"{prefix}[logic]", group.logic
    for index, member in enumerate(group.members):
        below = f"{prefix}[filters][{index}]"
        if isinstance(member, Group):
            yield from _spell(member, below)
            continue
        yield f"{below}[field]", member.field
        yield f"{below}[operator]", member.operator
        if isinstance(member.value, str):
            yield f"{below}[value]", member.value
        elif member.value is not None:
            yield from ((f"{below}[value][{place}]", value) for place, value in enumerate(member.value))
