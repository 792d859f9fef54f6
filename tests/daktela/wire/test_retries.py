from __future__ import annotations

import pytest

from salesforce_daktela.daktela.wire.errors import DaktelaError, ErrorKind, make_error
from salesforce_daktela.daktela.wire.retries import (
    LONGEST_WAIT,
    TOO_LONG,
    TRIES,
    TRIES_WHEN_THROTTLED,
    pause_after,
    repeatable,
)

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


OUTAGE = make_error("x", kind=ErrorKind.UNAVAILABLE, where="Daktela", status=503)


@pytest.mark.parametrize(("verb", "kind", "status"), SAFE, ids=str)
def test_failures_that_may_pass_are_retried_if_that_is_safe(verb: str, kind: ErrorKind, status: int | None) -> None:
    """Always after 429; after an outage all but a POST that may have been sent."""
    assert repeatable(verb, make_error("x", kind=kind, where="Daktela", status=status))


@pytest.mark.parametrize(("verb", "kind", "status"), UNSAFE, ids=str)
def test_permanent_failures_and_unclear_posts_are_not_retried(verb: str, kind: ErrorKind, status: int | None) -> None:
    """A refusal and a 500 would come again; after an unclear POST the record is looked up."""
    assert not repeatable(verb, make_error("x", kind=kind, where="Daktela", status=status))


def test_the_second_try_is_made_almost_at_once_and_later_ones_after_growing_pauses() -> None:
    """Most failures are short."""
    pauses = [pause_after("GET", OUTAGE, tries) for tries in range(1, TRIES)]
    least = [0.05, 1.0, 2.0, 4.0, 8.0, 16.0]
    assert all(pause is not None and low <= pause <= low + 1 for pause, low in zip(pauses, least, strict=True))
    assert pauses[0] is not None
    assert pauses[0] <= 0.25


def test_a_pause_that_daktela_asks_for_is_made_up_to_a_limit() -> None:
    """Daktela knows best, but a worker must not be blocked for long."""
    assert pause_after("POST", _refusal(7.0), 1) == 7.0
    assert pause_after("POST", _refusal(TOO_LONG), 1) == LONGEST_WAIT


def test_tries_end() -> None:
    """After 429 there are more; who asks for more than an hour is asked once more."""
    assert pause_after("GET", OUTAGE, TRIES) is None
    assert pause_after("GET", _refusal(1.0), TRIES) == 1.0
    assert pause_after("GET", _refusal(1.0), TRIES_WHEN_THROTTLED) is None
    assert pause_after("GET", _refusal(TOO_LONG + 1), 1) == LONGEST_WAIT
    assert pause_after("GET", _refusal(TOO_LONG + 1), 2) is None


def _refusal(seconds: float) -> DaktelaError:
    return make_error("x", kind=ErrorKind.THROTTLED, where="Daktela", status=429, retry_after=seconds)
