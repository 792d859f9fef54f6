from __future__ import annotations

import pytest

from salesforce_daktela.daktela.wire.errors import ErrorKind, make_error
from salesforce_daktela.daktela.wire.retries import repeatable

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
def test_what_may_pass_and_does_no_harm_is_repeated(verb: str, kind: ErrorKind, status: int | None) -> None:
    """After 429 always, by key after an outage; a POST else only when it was never sent."""
    assert repeatable(verb, make_error("x", kind=kind, where="Daktela", status=status))


@pytest.mark.parametrize(("verb", "kind", "status"), UNSAFE, ids=str)
def test_what_would_not_pass_or_might_double_is_not_repeated(verb: str, kind: ErrorKind, status: int | None) -> None:
    """A refusal stays one, a plain 500 is the record's own, and an unclear POST is looked up instead."""
    assert not repeatable(verb, make_error("x", kind=kind, where="Daktela", status=status))


def test_a_mistake_of_ours_is_not_repeated() -> None:
    """Only Daktela's errors are."""
    assert not repeatable("GET", TypeError("x"))
