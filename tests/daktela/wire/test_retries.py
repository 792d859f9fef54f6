from __future__ import annotations

import pytest
from tenacity import Retrying, stop_after_attempt

from salesforce_daktela.daktela.wire.errors import DaktelaError, ErrorKind, make_error
from salesforce_daktela.daktela.wire.retries import is_last_try, repeatable, wait

SAFE = [
    ("POST", ErrorKind.THROTTLED, 429),
    ("POST", ErrorKind.UNAVAILABLE, None),
    ("GET", ErrorKind.UNAVAILABLE, None),
    ("PUT", ErrorKind.UNAVAILABLE, 502),
    ("DELETE", ErrorKind.UNAVAILABLE, 503),
    ("GET", ErrorKind.UNAVAILABLE, 504),
    ("PUT", ErrorKind.UNAVAILABLE, 404),
    ("PUT", ErrorKind.UNKNOWN_FATE, 200),
    ("GET", ErrorKind.PROTOCOL, 200),
]
UNSAFE = [
    ("POST", ErrorKind.UNKNOWN_FATE, None),
    ("POST", ErrorKind.UNKNOWN_FATE, 201),
    ("POST", ErrorKind.UNKNOWN_FATE, 502),
    ("PUT", ErrorKind.UNAVAILABLE, 500),
    ("GET", ErrorKind.PROTOCOL, 405),
    ("GET", ErrorKind.UNAUTHORIZED, 401),
    ("PUT", ErrorKind.FORBIDDEN, 403),
    ("GET", ErrorKind.REDIRECT, 302),
    ("PUT", ErrorKind.MISSING, 404),
    ("PUT", ErrorKind.VALIDATION, 400),
    ("GET", ErrorKind.MISCONFIGURED, None),
]


@pytest.mark.parametrize(("verb", "kind", "status"), SAFE, ids=str)
def test_failures_that_may_pass_are_retried_if_that_is_safe(verb: str, kind: ErrorKind, status: int | None) -> None:
    """Always after 429; after an outage all but a POST that may have been sent."""
    assert repeatable(verb, make_error("x", kind=kind, where="Daktela", status=status))


@pytest.mark.parametrize(("verb", "kind", "status"), UNSAFE, ids=str)
def test_permanent_failures_and_unclear_posts_are_not_retried(verb: str, kind: ErrorKind, status: int | None) -> None:
    """A refusal and a 500 would come again; after an unclear POST the record is looked up."""
    assert not repeatable(verb, make_error("x", kind=kind, where="Daktela", status=status))


def test_other_exceptions_are_not_retried() -> None:
    """Only Daktela's errors are."""
    assert not repeatable("GET", TypeError("x"))


def test_a_pause_that_is_over_is_none_to_keep() -> None:
    """A maintenance page may carry one from long ago: seven tries in one moment would meet nothing but the page."""
    pauses: list[float] = []
    again = Retrying(wait=wait, stop=stop_after_attempt(7), sleep=pauses.append, reraise=True)
    with pytest.raises(DaktelaError):
        again(_refuse_with_a_past_date)
    assert sum(pauses) > 15


def test_a_429_that_names_no_pause_is_tried_for_longer_than_an_outage() -> None:
    """Nothing was done, and waiting helps: pauses grow, and there are more of them."""
    spans = {}
    for kind, status in ((ErrorKind.THROTTLED, 429), (ErrorKind.UNAVAILABLE, 503)):
        pauses: list[float] = []
        refused = make_error("x", kind=kind, where="Daktela", status=status)
        again = Retrying(wait=wait, stop=is_last_try, sleep=pauses.append, reraise=True)
        with pytest.raises(DaktelaError):
            again(_raise, refused)
        spans[kind] = sum(pauses)
    assert spans[ErrorKind.THROTTLED] > 2 * spans[ErrorKind.UNAVAILABLE] > 60


def _raise(error: DaktelaError) -> None:
    raise error


def _refuse_with_a_past_date() -> None:
    raise make_error("x", kind=ErrorKind.UNAVAILABLE, where="Daktela", status=503, retry_after=0.0)
