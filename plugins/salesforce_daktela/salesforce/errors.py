"""What Salesforce refuses, sorted by what the run should do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from salesforce_daktela.errors import ConfigurationError, PipelineError, QuotaError, TransportError


class SalesforceError(PipelineError):
    """``code`` is Salesforce's own ``errorCode``, ``status`` the HTTP status."""

    def __init__(self, what: str, *, code: str, status: int, where: str, advice: str = "") -> None:
        super().__init__(what, where=where, advice=advice)
        self.code = code
        self.status = status


class SalesforceRefusedError(SalesforceError, ConfigurationError):
    """A query, a right or a setting has to change."""


class SalesforceUnavailableError(SalesforceError, TransportError):
    """A later try may succeed."""


class QueryTimeoutError(SalesforceError, TransportError):
    """The query ran too long: ask for less at a time."""


class BulkRefusedError(SalesforceError):
    """No Bulk job for this query: read it by REST."""


class SignInError(ConfigurationError):
    """Salesforce gave no token."""


ADVICE: Mapping[str, str] = {
    "INVALID_FIELD": "the field is gone or hidden from the integration user: check its field-level security",
    "INVALID_TYPE": "the object is gone or hidden from the integration user: check its permissions",
    "MALFORMED_QUERY": "check `where` in the mapping file: it has to be a SOQL condition",
    "INVALID_QUERY_FILTER_OPERATOR": "check `where` in the mapping file: an operator does not fit its field",
    "INVALID_SESSION_ID": "the session is refused even when fresh: give the user and the app the right to use the API",
    "API_DISABLED_FOR_ORG": "this edition of Salesforce has no API: ask Salesforce to enable it",
    "API_CURRENTLY_DISABLED": "the user lacks the permission API Enabled",
    "INSUFFICIENT_ACCESS": "give the integration user read access",
    "OPERATION_TOO_LARGE": "give the integration user View All Data",
    "TXN_SECURITY_METERING_ERROR": "give the integration user Exempt from Transaction Security",
    "QUERY_TOO_COMPLICATED": "map fewer formula fields in one mapping",
    "NOT_FOUND": "check the object's name and the connection's API Version",
    "GONE": "this API version is retired: set a newer API Version in the connection",
    "UNSUPPORTED_API_VERSION": "set a supported API Version in the connection",
}

LIMITS: Mapping[str, str] = {"REQUEST_LIMIT_EXCEEDED": "DailyApiRequests"}
RETRIED_STATUS = (406, 408, 420, 429, 500, 502, 503, 504)


def make_error(status: int, body: object, *, where: str) -> PipelineError:
    """Return the error behind a status of 300 and above; the body may be a list, an object or nothing."""
    code, message = code_and_message(body)
    what = f"{status} {code}: {message}" if code else f"answered {status}"
    if code in LIMITS:
        return QuotaError(
            what, limit=LIMITS[code], where=where, advice="the run is deferred; calls come back over 24 hours"
        )
    if code == "QUERY_TIMEOUT":
        return QueryTimeoutError(what, code=code, status=status, where=where)
    if 300 <= status < 400:
        advice = "check the instance URL: the API does not redirect"
        return SalesforceRefusedError(what, code=code, status=status, where=where, advice=advice)
    if status in RETRIED_STATUS and code not in ADVICE:
        return SalesforceUnavailableError(what, code=code, status=status, where=where, advice="try again later")
    return SalesforceRefusedError(what, code=code, status=status, where=where, advice=ADVICE.get(code, ""))


def code_and_message(body: object) -> tuple[str, str]:
    """Return Salesforce's code and the first line of its message; both empty when the body is not Salesforce's."""
    first: Any = body[0] if isinstance(body, list) and body else body
    if not isinstance(first, Mapping):
        return "", ""
    code = first.get("errorCode") or first.get("error") or first.get("exceptionCode") or ""
    text = first.get("message") or first.get("error_description") or first.get("exceptionMessage") or ""
    lines = [line.strip() for line in str(text).splitlines() if line.strip()]
    return str(code), " ".join(lines)[:300]
