"""The parts of a SOQL query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sandbox.salesforce.soql.errors import Place

Operator = Literal["=", "!=", "<", "<=", ">", ">=", "LIKE"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A field path as written: `Account.Owner.Email`."""

    parts: tuple[str, ...]
    place: Place

    @property
    def text(self) -> str:
        """The path with its dots."""
        return ".".join(self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """COUNT(), COUNT(Id), MIN(...), FIELDS(ALL): a name and at most one argument."""

    name: str
    argument: Path | None
    alias: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class DateLiteral:
    """TODAY, LAST_N_DAYS:7 and their kind."""

    name: str
    count: int | None = None


Value = str | float | int | bool | None | date | datetime | DateLiteral


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """``path`` compared with one literal."""

    path: Path
    operator: Operator
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """IN, NOT IN, INCLUDES, EXCLUDES with a list, or IN with a semi-join."""

    path: Path
    operator: Literal["IN", "NOT IN", "INCLUDES", "EXCLUDES"]
    values: tuple[Value, ...] | Query


@dataclass(frozen=True, slots=True)
class Not:
    """The negation of a condition."""

    condition: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Junction:
    """Several conditions joined by AND, or by OR."""

    operator: Literal["AND", "OR"]
    conditions: tuple[Condition, ...]


Condition = Comparison | Membership | Not | Junction


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One ORDER BY term. Nulls come first unless told otherwise."""

    path: Path
    descending: bool = False
    nulls_last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A whole SELECT. ``selected`` holds paths, functions, and nested queries for parent-to-child selections."""

    selected: tuple[Path | Function | Query, ...]
    sobject: Path
    alias: str | None = None
    where: Condition | None = None
    group_by: tuple[Path, ...] = ()
    order_by: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int | None = None
    all_rows: bool = False
