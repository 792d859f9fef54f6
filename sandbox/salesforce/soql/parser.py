"""Parses SOQL into a tree."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path as FilePath
from typing import Any, Literal

from lark import Lark, Token, Transformer, UnexpectedInput, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedToken, VisitError

from sandbox.salesforce.soql.errors import Place, SoqlError, pointed
from sandbox.salesforce.soql.tree import (
    Comparison,
    Condition,
    DateLiteral,
    Function,
    Junction,
    Membership,
    Not,
    Operator,
    Order,
    Path,
    Query,
    Value,
)

MAX_STATEMENT = 100_000
MAX_STRING = 4_000
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)


def parse(soql: str) -> Query:
    """Return the tree of ``soql``.

    Raises SoqlError MALFORMED_QUERY with the row and column of the first error.
    """
    if len(soql) > MAX_STATEMENT:
        raise SoqlError("MALFORMED_QUERY", f"SOQL statements cannot be longer than {MAX_STATEMENT} characters.")
    try:
        found: Query = _Builder(soql).transform(_grammar().parse(soql)).children[0]
        return found
    except VisitError as exc:
        raise exc.orig_exc from None
    except UnexpectedToken as exc:
        if exc.token.type == "$END":
            raise SoqlError("MALFORMED_QUERY", "unexpected token: '<EOF>'") from None
        raise pointed("MALFORMED_QUERY", soql, _place(exc.token), f"unexpected token: '{exc.token}'") from None
    except UnexpectedCharacters as exc:
        place = Place(line=exc.line, column=exc.column, at=exc.pos_in_stream or 0)
        what = f"line {exc.line}:{exc.column} no viable alternative at character '{exc.char}'"
        raise pointed("MALFORMED_QUERY", soql, place, what) from None
    except UnexpectedInput as exc:
        raise SoqlError("MALFORMED_QUERY", "unexpected token") from exc


@cache
def _grammar() -> Lark:
    text = FilePath(__file__).with_name("soql.lark").read_text(encoding="utf-8")
    return Lark(text, parser="lalr", maybe_placeholders=True, propagate_positions=True)


def unescape(quoted: str) -> str:
    """Return the value of a quoted literal, LIKE's own escapes left in place.

    Raises SoqlError for an escape that SOQL does not know or a value over 4,000 characters.
    """

    def replace(match: re.Match[str]) -> str:
        found = match.group(1)
        if len(found) == 5:
            return chr(int(found[1:], 16))
        if found in "_%":
            return match.group(0)
        if found.lower() not in ESCAPES:
            raise SoqlError("MALFORMED_QUERY", f"Illegal character sequence '\\{found}' in string literal")
        return ESCAPES[found.lower()]

    value = _ESCAPE.sub(replace, quoted[1:-1])
    if len(value) > MAX_STRING:
        raise SoqlError("MALFORMED_QUERY", f"string literal cannot be longer than {MAX_STRING} characters")
    return value


def _place(token: Token) -> Place:
    return Place(line=token.line or 1, column=token.column or 1, at=token.start_pos or 0)


@v_args(inline=True)
class _Builder(Transformer[Token, Any]):
    def __init__(self, soql: str) -> None:
        super().__init__()
        self.soql = soql

    def query(
        self, selected: Any, sobject: Path, alias: Any, where: Any, group: Any, order: Any, limit: Any, offset: Any,
        all_rows: Any,
    ) -> Query:  # fmt: skip
        return Query(
            selected=selected, sobject=sobject, alias=alias, where=where, group_by=group or (), order_by=order or (),
            limit=limit, offset=offset, all_rows=all_rows is not None,
        )  # fmt: skip

    def selection(self, *selected: Any) -> tuple[Any, ...]:
        return selected

    def nested(self, query: Query) -> Query:
        return query

    def function(self, name: Token, argument: Path | None, alias: str | None) -> Function:
        return Function(name=name.upper(), argument=argument, alias=alias, place=_place(name))

    def name_alias(self, name: Token) -> str:
        return str(name)

    def path(self, *names: Token) -> Path:
        return Path(parts=tuple(str(each) for each in names), place=_place(names[0]))

    def where(self, condition: Condition) -> Condition:
        return condition

    def conjunction(self, *conditions: Condition) -> Junction:
        return Junction(operator="AND", conditions=conditions)

    def disjunction(self, *conditions: Condition) -> Junction:
        return Junction(operator="OR", conditions=conditions)

    def negation(self, condition: Condition) -> Not:
        return Not(condition)

    def comparison(self, path: Path, operator: Token, value: Value) -> Comparison:
        word = operator.upper()
        known: dict[str, Operator] = {"<>": "!=", "=": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
        return Comparison(path=path, operator=known.get(word, "LIKE"), value=value)

    def membership(self, path: Path, *rest: Any) -> Membership:
        words: list[Token] = [each for each in rest if isinstance(each, Token)]
        values = tuple(each for each in rest if not isinstance(each, Token))
        if words[-1].type == "IN":
            return Membership(path=path, operator=_in(len(words) == 2), values=values[len(words) % 2 :])
        return Membership(path=path, operator="INCLUDES" if words[-1].type == "INCLUDES" else "EXCLUDES", values=values)

    def semi_join(self, path: Path, negation: Token | None, _in_word: Token, query: Query) -> Membership:
        return Membership(path=path, operator=_in(negation is not None), values=query)

    def string(self, token: Token) -> str:
        return unescape(token)

    def number(self, token: Token) -> float | int:
        return int(token) if token.lstrip("+-").isdigit() else float(token)

    def null(self, _token: Token) -> None:
        return None

    def true(self, _token: Token) -> bool:
        return True

    def false(self, _token: Token) -> bool:
        return False

    def date(self, token: Token) -> date:
        try:
            return date.fromisoformat(token)
        except ValueError:
            raise pointed("MALFORMED_QUERY", self.soql, _place(token), f"Invalid date: {token}") from None

    def datetime(self, token: Token) -> datetime:
        try:
            return datetime.fromisoformat(token.upper()).astimezone(UTC)
        except ValueError:
            raise pointed("MALFORMED_QUERY", self.soql, _place(token), f"Invalid date: {token}") from None

    def date_literal(self, name: Token, count: Token | None) -> DateLiteral:
        return DateLiteral(name.upper(), None if count is None else int(count))

    def group_by(self, *paths: Path) -> tuple[Path, ...]:
        return paths

    def order_by(self, *orders: Order) -> tuple[Order, ...]:
        return orders

    def order(self, path: Path, direction: Token | None, nulls: Token | None) -> Order:
        return Order(
            path=path,
            descending=direction is not None and direction.lower() == "desc",
            nulls_last=nulls is not None and nulls.lower().endswith("last"),
        )

    def limit(self, number: Token) -> int:
        return self._count(number)

    def offset(self, number: Token) -> int:
        return self._count(number)

    def all_rows(self) -> bool:
        return True

    def _count(self, token: Token) -> int:
        if not token.isdigit():
            raise pointed("MALFORMED_QUERY", self.soql, _place(token), f"unexpected token: '{token}'")
        return int(token)


def _in(negated: bool) -> Literal["IN", "NOT IN"]:
    return "NOT IN" if negated else "IN"
