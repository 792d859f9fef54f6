from __future__ import annotations

from typing import Any

import pytest

from salesforce_daktela.daktela.wire.errors import DaktelaError, ErrorKind, FieldError, make_error
from salesforce_daktela.daktela.wire.verdict import Answer, Call, judge
from salesforce_daktela.errors import ConfigurationError, ThrottledError, TransportError

POST = Call(verb="POST", endpoint="contacts", payload={"title": "Jan"})
PUT = Call(verb="PUT", endpoint="contacts", name="a", payload={"title": "Jan"})
GET = Call(verb="GET", endpoint="contacts", name="a")
LIST = Call(verb="GET", endpoint="contacts")
DELETE = Call(verb="DELETE", endpoint="contacts", name="a")
REFUSAL = {"error": {"form": {"lastname": "Jan is no name"}}, "result": {"name": "a"}}


def verdict(call: Call, status: int, body: object = None, *, empty: bool = False) -> DaktelaError:
    error = judge(call, Answer(status=status, body=body, empty=empty))
    assert error is not None
    return error


@pytest.mark.parametrize(
    ("call", "status", "kind"),
    [
        (LIST, 301, ErrorKind.REDIRECT),
        (GET, 304, ErrorKind.REDIRECT),
        (POST, 302, ErrorKind.REDIRECT),
        (POST, 400, ErrorKind.VALIDATION),
        (PUT, 422, ErrorKind.VALIDATION),
        (POST, 409, ErrorKind.VALIDATION),
        (POST, 413, ErrorKind.VALIDATION),
        (LIST, 401, ErrorKind.UNAUTHORIZED),
        (POST, 403, ErrorKind.FORBIDDEN),
        (GET, 404, ErrorKind.MISSING),
        (PUT, 404, ErrorKind.MISSING),
        (PUT, 410, ErrorKind.MISSING),
        (LIST, 404, ErrorKind.PROTOCOL),
        (POST, 404, ErrorKind.PROTOCOL),
        (POST, 405, ErrorKind.PROTOCOL),
        (LIST, 414, ErrorKind.PROTOCOL),
        (POST, 415, ErrorKind.PROTOCOL),
        (POST, 429, ErrorKind.THROTTLED),
        (GET, 408, ErrorKind.UNAVAILABLE),
        (POST, 408, ErrorKind.UNKNOWN_FATE),
        (GET, 500, ErrorKind.UNAVAILABLE),
        (PUT, 502, ErrorKind.UNAVAILABLE),
        (DELETE, 503, ErrorKind.UNAVAILABLE),
        (POST, 500, ErrorKind.UNKNOWN_FATE),
        (POST, 504, ErrorKind.UNKNOWN_FATE),
    ],
    ids=lambda value: f"{value.verb} {value.name or ''}" if isinstance(value, Call) else str(value),
)
def test_an_empty_reply_is_judged_by_its_status(call: Call, status: int, kind: ErrorKind) -> None:
    """401, 403 and 404 come without a body; an unclear POST is never a plain failure."""
    error = verdict(call, status, empty=True)
    assert (error.kind, error.status) == (kind, status)


@pytest.mark.parametrize("status", [403, 406])
def test_a_page_of_a_firewall_blocks_what_a_write_says_and_is_no_lost_right(status: int) -> None:
    """What has no content is refused for another reason, and so is what Daktela itself refuses."""
    assert {verdict(call, status).kind for call in (PUT, POST)} == {ErrorKind.BLOCKED}
    assert not isinstance(verdict(PUT, status), ConfigurationError)
    others = [verdict(PUT, status, {"error": ["no"]}), verdict(PUT, status, empty=True)]
    others += [verdict(call, status) for call in (GET, LIST, DELETE)]
    assert ErrorKind.BLOCKED not in {error.kind for error in others}


@pytest.mark.parametrize("call", [GET, PUT, DELETE], ids=lambda call: call.verb)
def test_a_404_page_of_a_proxy_does_not_mean_missing(call: Call) -> None:
    """Otherwise all records would seem to be deleted when a proxy has lost its instance."""
    assert verdict(call, 404).kind is ErrorKind.UNAVAILABLE


@pytest.mark.parametrize("call", [GET, LIST, PUT, POST, DELETE], ids=lambda call: call.verb)
def test_a_success_that_declares_an_error_is_a_refusal(call: Call) -> None:
    """Whatever the status says."""
    error = verdict(call, 200, REFUSAL)
    assert (error.kind, [found.path for found in error.fields]) == (ErrorKind.VALIDATION, ["lastname"])


@pytest.mark.parametrize(
    ("call", "kind"),
    [(POST, ErrorKind.UNKNOWN_FATE), (PUT, ErrorKind.UNKNOWN_FATE), (GET, ErrorKind.PROTOCOL)],
    ids=["POST", "PUT", "GET"],
)
@pytest.mark.parametrize("body", [None, [], "saved", True], ids=repr)
def test_a_success_without_envelope_leaves_the_fate_of_a_write_unknown(call: Call, kind: ErrorKind, body: Any) -> None:
    """A write may have happened; a read is simply not readable."""
    assert verdict(call, 200, body).kind is kind


def test_a_deletion_needs_no_body() -> None:
    """204 has none."""
    assert judge(DELETE, Answer(status=204, body=None, empty=True)) is None


def test_an_envelope_is_a_success() -> None:
    """An empty error list is no error."""
    assert judge(POST, Answer(status=201, body={"error": [], "result": {"name": "a"}})) is None


def test_a_429_without_a_wait_asks_for_none() -> None:
    """Pauses grow then, within a task and between its tries."""
    assert verdict(POST, 429, empty=True).retry_after is None


def test_messages_name_fields_and_no_values() -> None:
    """Daktela's text stays in an attribute that nobody prints."""
    error = verdict(POST, 400, REFUSAL)
    assert str(error) == (
        "Daktela POST contacts: answered 400 about lastname: mend the record in Salesforce or its mapping"
    )
    assert error.fields[0].text == "Jan is no name"
    assert "Jan" not in f"{error!r}{error.fields!r}{POST!r}"


@pytest.mark.parametrize(
    ("kind", "meaning"),
    [
        (ErrorKind.UNAUTHORIZED, ConfigurationError),
        (ErrorKind.FORBIDDEN, ConfigurationError),
        (ErrorKind.REDIRECT, ConfigurationError),
        (ErrorKind.MISCONFIGURED, ConfigurationError),
        (ErrorKind.THROTTLED, ThrottledError),
        (ErrorKind.UNAVAILABLE, TransportError),
        (ErrorKind.UNKNOWN_FATE, TransportError),
        (ErrorKind.PROTOCOL, TransportError),
    ],
)
def test_each_kind_has_the_error_class_for_the_run(kind: ErrorKind, meaning: type[Exception]) -> None:
    """Stop for a setting, wait when throttled, try again later when it did not work."""
    assert isinstance(make_error("x", kind=kind, where="Daktela"), meaning)


@pytest.mark.parametrize("kind", [ErrorKind.MISSING, ErrorKind.VALIDATION])
def test_what_concerns_one_record_neither_stops_nor_repeats_the_run(kind: ErrorKind) -> None:
    """A refused or missing record is an outcome of that record."""
    assert not isinstance(make_error("x", kind=kind, where="Daktela"), ConfigurationError | TransportError)


@pytest.mark.parametrize("kind", list(ErrorKind))
def test_every_kind_has_advice(kind: ErrorKind) -> None:
    """No error without advice."""
    assert make_error("x", kind=kind, where="Daktela", fields=(FieldError(path="title"),)).advice
