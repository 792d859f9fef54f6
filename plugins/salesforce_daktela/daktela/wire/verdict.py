"""Judges a reply by its status and the fields it names, never by its text. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from salesforce_daktela.daktela.wire.error_parser import declared_errors, parse_errors
from salesforce_daktela.daktela.wire.errors import (
    DaktelaError,
    DaktelaRowsMissingError,
    ErrorKind,
    FieldError,
    make_error,
)

WRITES = ("POST", "PUT")
KINDS = {
    400: ErrorKind.VALIDATION,
    401: ErrorKind.UNAUTHORIZED,
    403: ErrorKind.FORBIDDEN,
    409: ErrorKind.VALIDATION,
    413: ErrorKind.VALIDATION,
    422: ErrorKind.VALIDATION,
    429: ErrorKind.THROTTLED,
}
BLOCKING = (403, 406)
"""Statuses with which web firewalls refuse a request for what is in it."""
NAMED = 10
"""How many fields a message names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request. ``name`` is the record's, None for the endpoint as a whole."""

    verb: str
    endpoint: str
    name: str | None = None
    pairs: Sequence[tuple[str, str]] = field(default=(), repr=False)
    payload: Mapping[str, Any] | None = field(default=None, repr=False)

    @property
    def where(self) -> str:
        """The place for messages, without the record's name and values."""
        return f"Daktela {self.verb} {self.endpoint}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One reply. ``body`` is None when it is not JSON, ``empty`` when there is none; ``retry_after`` in seconds."""

    status: int
    body: object = field(repr=False)
    empty: bool = False
    retry_after: float | None = None

    @property
    def foreign(self) -> bool:
        """Whether the body is not JSON: then a program in front of Daktela has answered."""
        return self.body is None and not self.empty


def judge(call: Call, answer: Answer) -> DaktelaError | None:
    """Return the error of an answer, None for a true success."""
    if 200 <= answer.status < 300:
        return _judge_success(call, answer)
    fields = parse_errors(answer.body)
    kind = _kind(call, answer)
    return make_error(
        f"answered {answer.status}{_about(fields)}",
        kind=kind,
        where=call.where,
        advice=_advice(call, kind),
        status=answer.status,
        fields=fields,
        retry_after=answer.retry_after,
    )


def unconfirmed(call: Call, answer: Answer, what: str) -> DaktelaError:
    """Return the error of a success that does not show what was done. For a write the fate is unknown."""
    kind = ErrorKind.UNKNOWN_FATE if call.verb in WRITES else ErrorKind.PROTOCOL
    return make_error(f"answered {answer.status} {what}", kind=kind, where=call.where, status=answer.status)


def rows_missing(call: Call, answer: Answer, count: int) -> DaktelaError:
    """Return the error of an empty page whose total counts ``count`` more rows."""
    return DaktelaRowsMissingError(
        f"gave no rows although its total counts {count} more",
        kind=ErrorKind.PROTOCOL,
        where=call.where,
        status=answer.status,
        advice="try again later; if it repeats, check that the token's user may read all records that Daktela counts",
    )


def _judge_success(call: Call, answer: Answer) -> DaktelaError | None:
    fields = declared_errors(answer.body)
    if fields:
        what = f"answered {answer.status} with an error{_about(fields)}"
        return make_error(what, kind=ErrorKind.VALIDATION, where=call.where, status=answer.status, fields=fields)
    confirmed = not answer.foreign if call.verb == "DELETE" else isinstance(answer.body, Mapping)
    if not confirmed:
        return unconfirmed(call, answer, "without a body" if answer.empty else "without a readable body")
    return None


def _kind(call: Call, answer: Answer) -> ErrorKind:
    status = answer.status
    if 300 <= status < 400:
        return ErrorKind.REDIRECT
    if status in (404, 410):
        return _kind_of_absence(call, answer)
    if status in BLOCKING and answer.foreign and call.payload is not None:
        return ErrorKind.BLOCKED
    if status in (408, 425) or status >= 500:
        return ErrorKind.UNKNOWN_FATE if call.verb == "POST" else ErrorKind.UNAVAILABLE
    return KINDS.get(status, ErrorKind.PROTOCOL)


def _kind_of_absence(call: Call, answer: Answer) -> ErrorKind:
    """Only an answer of Daktela itself, empty or JSON, and only about a record, means that it does not exist."""
    if answer.foreign:
        return ErrorKind.UNAVAILABLE
    return ErrorKind.PROTOCOL if call.name is None else ErrorKind.MISSING


def _advice(call: Call, kind: ErrorKind) -> str:
    if kind is ErrorKind.VALIDATION and call.verb == "GET":
        return "Daktela refuses this query: check the fields it names, and `match` in the mapping"
    return ""


def _about(fields: Sequence[FieldError]) -> str:
    named = sorted({found.path for found in fields if found.path})
    return f" about {', '.join(named[:NAMED])}" if named else ""
