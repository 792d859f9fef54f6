"""Salesforce's refusals as error classes: each class tells what the run should do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from salesforce_daktela.errors import ConfigurationError, PipelineError, QuotaError, ThrottledError, TransportError
from salesforce_daktela.salesforce.wire.error_codes import CodeKind, Meaning, meaning_of


class SalesforceError(PipelineError):
    """``code`` is Salesforce's ``errorCode``, empty without one; ``status`` is the HTTP status, 0 without a reply."""

    def __init__(self, what: str, *, code: str, status: int, where: str, advice: str = "") -> None:
        super().__init__(what, where=where, advice=advice)
        self.code = code
        self.status = status

    @property
    def kind(self) -> CodeKind | None:
        """The kind of the code, None for an undocumented one."""
        meaning = meaning_of(self.code)
        return None if meaning is None else meaning.kind


class SalesforceRefusedError(SalesforceError, ConfigurationError):
    """A query, a right or a setting has to change."""


class FilterDemandedError(SalesforceRefusedError):
    """The object is given only with a filter on certain fields."""


class SalesforceUnavailableError(SalesforceError, ThrottledError):
    """A later try may succeed. ``accepted`` is False if it is certain that Salesforce did not accept the request."""

    def __init__(
        self,
        what: str,
        *,
        code: str = "",
        status: int = 0,
        where: str,
        advice: str = "try again later",
        retry_after: float | None = None,
        accepted: bool = True,
    ) -> None:
        super().__init__(what, code=code, status=status, where=where, advice=advice)
        self.retry_after = retry_after
        self.accepted = accepted


class QueryTimeoutError(SalesforceError, TransportError):
    """The query ran too long: read less at a time."""


class BulkRefusedError(SalesforceError):
    """Bulk does not run this query: use REST."""


class BulkJobGoneError(SalesforceError, TransportError):
    """The job and its results were deleted or have expired: start a new job."""


class SignInError(ConfigurationError):
    """Salesforce gave no token, or its host cannot be trusted with credentials."""


ADVICE_BY_STATUS: Mapping[int, str] = {
    401: "the session is refused even when fresh: give the user and the app the right to use the API",
    403: "check the integration user's permissions",
    404: "check the object's name and the connection's API Version",
    410: "this API version is retired: set a newer API Version in the connection",
    414: "the query is too long for an address: read it by a Bulk job",
    431: "the query is too long for an address: read it by a Bulk job",
}
"""Where Salesforce gives no code, or one that is not documented."""

FILTER_DEMANDED = re.compile("implementation restriction|reified column|requires a filter|must filter", re.IGNORECASE)
FILTER_ADVICE = (
    "the object itself demands this filter: add it to `where` in the mapping file if that leaves the records you need, "
    "or map another object"
)

CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,79}")
EMAIL = re.compile(r"[^\s@'\"<>(),;:]+@[^\s@'\"<>(),;:]+")

RETRIED_STATUS = (406, 408, 420, 429, 500, 502, 503, 504)
REFUSED_STATUS = (406, 420, 429, 503)
"""Of these Salesforce says that it did not do the work, so even a POST may be repeated."""


def make_error(status: int, body: object, *, where: str, retry_after: float | None = None) -> PipelineError:
    """Return the error behind a status of 300 and above; the body may be a list, an object or nothing.

    A documented code decides, whatever the status; else the status does.
    """
    code, message = code_and_message(body)
    what = f"{status} {code}: {message}" if code else f"answered {status} without saying why"
    if 300 <= status < 400:
        advice = "check the instance URL: the API does not redirect"
        return SalesforceRefusedError(what, code=code, status=status, where=where, advice=advice)
    meaning = meaning_of(code)
    if meaning is None:
        passing = status in RETRIED_STATUS
        advice = "try again later" if passing else ADVICE_BY_STATUS.get(status, "")
        meaning = Meaning(CodeKind.RETRY if passing else CodeKind.REQUEST, advice)
    match meaning.kind:
        case CodeKind.QUOTA:
            return _quota(what, message, where)
        case CodeKind.TIMEOUT:
            return QueryTimeoutError(what, code=code, status=status, where=where, advice=meaning.advice)
        case CodeKind.RETRY:
            return SalesforceUnavailableError(
                what,
                code=code,
                status=status,
                where=where,
                advice=meaning.advice,
                retry_after=retry_after,
                accepted=status not in REFUSED_STATUS,
            )
    if meaning.kind is CodeKind.MAPPING and FILTER_DEMANDED.search(message) is not None:
        return FilterDemandedError(what, code=code, status=status, where=where, advice=FILTER_ADVICE)
    return SalesforceRefusedError(what, code=code, status=status, where=where, advice=meaning.advice)


def code_and_message(body: object) -> tuple[str, str]:
    """Return Salesforce's code and its message on one line; both empty when the body is not Salesforce's."""
    first: Any = body[0] if isinstance(body, list) and body else body
    if not isinstance(first, Mapping):
        return "", ""
    code = first.get("errorCode") or first.get("error") or first.get("exceptionCode") or ""
    text = first.get("message") or first.get("error_description") or first.get("exceptionMessage") or ""
    return (code if isinstance(code, str) and CODE.fullmatch(code) else ""), shown(str(text))


def shown(text: str) -> str:
    """Return Salesforce's own words on one line, at most 300 characters; an e-mail address in them is somebody's."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text[:1_000])
    return EMAIL.sub("(an e-mail address)", " ".join(plain.split()))[:300]


def _quota(what: str, message: str, where: str) -> QuotaError:
    """The one code has two causes: the calls of a day, and too many long calls at the same time."""
    if "concurrent" in message.casefold():
        advice = "too many long calls run at once; the run is deferred until others have ended"
        return QuotaError(what, limit="ConcurrentRequests", where=where, advice=advice)
    advice = "the run is deferred; calls come back over 24 hours"
    return QuotaError(what, limit="DailyApiRequests", where=where, advice=advice)
