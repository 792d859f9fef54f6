"""What Salesforce's refusals mean for the run."""

from __future__ import annotations

import pytest

from salesforce_daktela.errors import ConfigurationError, PipelineError, QuotaError, TransportError
from salesforce_daktela.salesforce.wire.errors import (
    QueryTimeoutError,
    SalesforceRefusedError,
    SalesforceUnavailableError,
    make_error,
)
from tests.salesforce.examples import refusal

KINDS = [
    (400, "MALFORMED_QUERY", SalesforceRefusedError, "check `where` in the mapping file"),
    (400, "INVALID_FIELD", SalesforceRefusedError, "check its field-level security"),
    (400, "INVALID_TYPE", SalesforceRefusedError, "check its permissions"),
    (400, "INVALID_QUERY_FILTER_OPERATOR", SalesforceRefusedError, "an operator does not fit its field"),
    (400, "QUERY_TIMEOUT", QueryTimeoutError, ""),
    (400, "QUERY_TOO_COMPLICATED", SalesforceRefusedError, "map fewer formula fields"),
    (400, "OPERATION_TOO_LARGE", SalesforceRefusedError, "View All Data"),
    (400, "INVALID_QUERY_LOCATOR", SalesforceUnavailableError, "try again later"),
    (401, "INVALID_SESSION_ID", SalesforceRefusedError, "refused even when fresh"),
    (403, "REQUEST_LIMIT_EXCEEDED", QuotaError, "the run is deferred"),
    (403, "API_DISABLED_FOR_ORG", SalesforceRefusedError, "this edition of Salesforce has no API"),
    (403, "API_CURRENTLY_DISABLED", SalesforceRefusedError, "API Enabled"),
    (403, "INSUFFICIENT_ACCESS", SalesforceRefusedError, "read access"),
    (403, "NEW_CODE", SalesforceRefusedError, "check the integration user's permissions"),
    (403, "TXN_SECURITY_METERING_ERROR", SalesforceRefusedError, "Exempt from Transaction Security"),
    (404, "NOT_FOUND", SalesforceRefusedError, "check the object's name"),
    (406, "", SalesforceUnavailableError, "try again later"),
    (410, "GONE", SalesforceRefusedError, "this API version is retired"),
    (414, "", SalesforceRefusedError, "too long for an address"),
    (420, "", SalesforceUnavailableError, "try again later"),
    (429, "", SalesforceUnavailableError, "try again later"),
    (431, "", SalesforceRefusedError, "too long for an address"),
    (500, "UNKNOWN_EXCEPTION", SalesforceUnavailableError, "try again later"),
    (500, "UNSUPPORTED_API_VERSION", SalesforceRefusedError, "set a supported API Version"),
    (502, "", SalesforceUnavailableError, "try again later"),
    (503, "SERVER_UNAVAILABLE", SalesforceUnavailableError, "try again later"),
    (504, "", SalesforceUnavailableError, "try again later"),
    (302, "", SalesforceRefusedError, "the API does not redirect"),
]


@pytest.mark.parametrize(("status", "code", "kind", "advice"), KINDS)
def test_each_refusal_has_its_class_and_advice(status: int, code: str, kind: type[PipelineError], advice: str) -> None:
    """Each refusal tells whether to mend something, to wait, to ask for less or to try again, and what to do."""
    error = make_error(status, refusal(code) if code else None, where="Salesforce GET /x")
    assert type(error) is kind
    assert advice in error.advice
    assert error.what == (f"{status} {code}: why" if code else f"answered {status} without saying why")
    assert isinstance(error, ConfigurationError) is (kind is SalesforceRefusedError)
    assert isinstance(error, TransportError) is (kind in (SalesforceUnavailableError, QueryTimeoutError))


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("TotalRequests Limit exceeded.", "DailyApiRequests"),
        ("ConcurrentRequests (Concurrent API Requests) Limit exceeded.", "ConcurrentRequests"),
    ],
)
def test_an_exhausted_quota_names_the_limit(text: str, limit: str) -> None:
    """One code has two causes, and the limit is named."""
    error = make_error(403, refusal("REQUEST_LIMIT_EXCEEDED", text), where="")
    assert isinstance(error, QuotaError)
    assert error.limit == limit


BODIES = {
    "list": [{"message": "two\n lines ", "errorCode": "X", "fields": []}],
    "object": {"message": "two lines", "errorCode": "X"},
    "oauth": {"error": "X", "error_description": "two lines"},
    "bulk-v1": {"exceptionCode": "X", "exceptionMessage": "two lines"},
    "several": [{"message": "two lines", "errorCode": "X"}, {"message": "else", "errorCode": "Y"}],
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_code_and_text_are_found_in_every_format(body: object) -> None:
    """Code and text are found in every shape Salesforce writes errors in."""
    assert str(make_error(400, body, where="w")) == "w: 400 X: two lines"


@pytest.mark.parametrize("body", [None, [], {}, "text", [1]])
def test_a_body_without_an_error_gives_the_status(body: object) -> None:
    """A body that says nothing still gives an error with its status."""
    assert str(make_error(418, body, where="w")) == "w: answered 418 without saying why"
