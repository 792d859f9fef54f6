"""Daktela's failures as one error type; its classes tell the run what to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from salesforce_daktela.errors import ConfigurationError, PipelineError, ThrottledError


class ErrorKind(StrEnum):
    """What a failure means. Status and field path decide, never the text: texts are localised."""

    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    BLOCKED = "blocked"
    MISSING = "missing"
    VALIDATION = "validation"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    REDIRECT = "redirect"
    UNKNOWN_FATE = "unknown_fate"
    PROTOCOL = "protocol"
    RENAMED = "renamed"
    MISCONFIGURED = "misconfigured"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """One error of a reply. ``path`` is ``lastname`` or ``customFields.email``, empty for the whole record.

    ``text`` is Daktela's own. It may quote a customer's value, so no message contains it.
    """

    path: str
    text: str = field(repr=False, compare=False, default="")


class DaktelaError(PipelineError):
    """A refusal or failure; ``status`` is None when no reply came."""

    def __init__(
        self,
        what: str,
        *,
        kind: ErrorKind,
        where: str,
        advice: str = "",
        status: int | None = None,
        fields: tuple[FieldError, ...] = (),
        retry_after: float | None = None,
    ) -> None:
        super().__init__(what, where=where, advice=advice)
        self.kind = kind
        self.status = status
        self.fields = fields
        self.retry_after = retry_after


class DaktelaAccessError(DaktelaError, ConfigurationError):
    """The token or its user's rights are not sufficient, or the address is not an instance."""


class DaktelaThrottledError(DaktelaError, ThrottledError):
    """429 on the last try, too; ``retry_after`` is what Daktela asks for, in seconds."""


class DaktelaUnavailableError(DaktelaError, ThrottledError):
    """No usable answer: a later try may succeed; ``retry_after`` is what Daktela asks for, if it asks."""


class DaktelaRowsMissingError(DaktelaUnavailableError):
    """A page is empty although its total counts rows: whether they exist is not known."""


CLASSES: dict[ErrorKind, type[DaktelaError]] = {
    ErrorKind.UNAUTHORIZED: DaktelaAccessError,
    ErrorKind.FORBIDDEN: DaktelaAccessError,
    ErrorKind.REDIRECT: DaktelaAccessError,
    ErrorKind.MISCONFIGURED: DaktelaAccessError,
    ErrorKind.THROTTLED: DaktelaThrottledError,
    ErrorKind.UNAVAILABLE: DaktelaUnavailableError,
    ErrorKind.UNKNOWN_FATE: DaktelaUnavailableError,
    ErrorKind.PROTOCOL: DaktelaUnavailableError,
}

ADVICE: dict[ErrorKind, str] = {
    ErrorKind.UNAUTHORIZED: "the token is missing or not accepted: paste a new one into the Daktela connection",
    ErrorKind.FORBIDDEN: "give the token's user full rights on contacts, accounts, CRM records and the CRM database",
    ErrorKind.BLOCKED: "a program before Daktela, as a web firewall, refuses it: ask whoever runs it to let it pass",
    ErrorKind.REDIRECT: "check the instance URL: the API never redirects",
    ErrorKind.MISSING: "it was deleted, merged or erased in Daktela",
    ErrorKind.VALIDATION: "mend the record in Salesforce or its mapping",
    ErrorKind.THROTTLED: "lower requests_per_second in sync.yaml if this repeats",
    ErrorKind.UNAVAILABLE: "try again later; if it repeats, ask Daktela's support",
    ErrorKind.UNKNOWN_FATE: "it may or may not have been written: look it up before writing again",
    ErrorKind.PROTOCOL: "Daktela does not document this reply: check the instance URL, and proxies on the way to it",
    ErrorKind.RENAMED: "look at that record in Daktela: it was made by mistake",
    ErrorKind.MISCONFIGURED: "check the Daktela connection, and the proxy settings of this machine",
}


def make_error(
    what: str,
    *,
    kind: ErrorKind,
    where: str,
    advice: str = "",
    status: int | None = None,
    fields: tuple[FieldError, ...] = (),
    retry_after: float | None = None,
) -> DaktelaError:
    """Return the error of the class for ``kind``, with the usual advice unless another is given."""
    return CLASSES.get(kind, DaktelaError)(
        what,
        kind=kind,
        where=where,
        advice=advice or ADVICE[kind],
        status=status,
        fields=fields,
        retry_after=retry_after,
    )
