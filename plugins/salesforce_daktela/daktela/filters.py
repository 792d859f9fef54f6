"""Filters as Daktela's query strings spell them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

LONGEST = 3_500
"""Encoded characters of one ``in`` filter: servers commonly stop at 8 kB, and nothing is published."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison; ``value`` is a list for ``in``, which is never empty."""

    field: str
    operator: Literal["eq", "neq", "in", "like", "isnull", "isnotnull"]
    value: str | Sequence[str] | None = None

    def __post_init__(self) -> None:
        if self.operator == "in" and not self.value:
            raise ValueError("an empty `in` would be refused, or match everything")


def query_of(conditions: Sequence[Condition]) -> list[tuple[str, str]]:
    """Return the parameters of conditions that must all hold, in the nested spelling."""
    if not conditions:
        return []
    pairs = [("filter[logic]", "and")]
    for index, condition in enumerate(conditions):
        prefix = f"filter[filters][{index}]"
        pairs += [(f"{prefix}[field]", condition.field), (f"{prefix}[operator]", condition.operator)]
        if isinstance(condition.value, str):
            pairs.append((f"{prefix}[value]", condition.value))
        elif condition.value is not None:
            pairs += [(f"{prefix}[value][{place}]", value) for place, value in enumerate(condition.value)]
    return pairs


def select(fields: Sequence[str]) -> list[tuple[str, str]]:
    """Return the parameters that ask for these fields only."""
    return [(f"fields[{index}]", name) for index, name in enumerate(fields)]


def chunks(values: Sequence[str], longest: int = LONGEST) -> Iterator[list[str]]:
    """Split the values of an ``in`` filter so that each request's address stays short enough."""
    chunk: list[str] = []
    length = 0
    for value in values:
        size = len(quote(f"filter[filters][0][value][{len(chunk)}]", safe="")) + len(quote(value, safe="")) + 2
        if chunk and length + size > longest:
            yield chunk
            chunk, length = [], 0
        chunk.append(value)
        length += size
    if chunk:
        yield chunk
