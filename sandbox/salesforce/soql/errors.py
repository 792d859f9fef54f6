"""Errors of a query, with Salesforce's texts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in the query; line and column count from one, ``at`` from zero."""

    line: int
    column: int
    at: int


class SoqlError(Exception):
    """A query that Salesforce refuses with HTTP 400. ``code`` is the errorCode."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def pointed(code: str, soql: str, place: Place, message: str) -> SoqlError:
    """Return an error whose text shows the place: the line, a caret, row and column."""
    around = soql[max(0, place.at - 40) : place.at + 40].replace("\n", " ")
    caret = " " * min(place.at, 40) + "^"
    return SoqlError(code, f"\n{around}\n{caret}\nERROR at Row:{place.line}:Column:{place.column}\n{message}")
