from __future__ import annotations

import ssl

import pytest
import requests
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    IncompleteRead,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from salesforce_daktela.daktela.wire.errors import ErrorKind
from salesforce_daktela.daktela.wire.no_reply import explain
from salesforce_daktela.daktela.wire.verdict import Call

POOL = HTTPSConnectionPool("acme.daktela.com")
LINK = HTTPSConnection("acme.daktela.com")
ADDRESS = "/api/v6/contacts.json?filter=jan@example.com"


NEVER_SENT = {
    "refused": NewConnectionError(LINK, "refused"),
    "no such host": NameResolutionError("acme", LINK, OSError("no")),  # type: ignore[arg-type]  # any reason
    "connect timeout": ConnectTimeoutError(LINK, "timed out"),
    "proxy": ProxyError("Unable to connect to proxy", OSError("no")),
    "tried again": MaxRetryError(POOL, ADDRESS, NewConnectionError(LINK, "refused")),
}
MAYBE_SENT = {
    "reset": ProtocolError("aborted", ConnectionResetError(104, "reset")),
    "read timeout": ReadTimeoutError(POOL, ADDRESS, "timed out"),
    "cut inside TLS": SSLError(ssl.SSLEOFError(8, "EOF in violation")),
    "cut body": IncompleteRead(10, 20),
    "bad compression": DecodeError("bad"),
}


def kind_of(verb: str, exc: Exception) -> ErrorKind:
    return explain(Call(verb=verb, endpoint="contacts"), exc, "acme.daktela.com").kind


@pytest.mark.parametrize("exc", NEVER_SENT.values(), ids=NEVER_SENT.keys())
@pytest.mark.parametrize("verb", ["GET", "PUT", "POST"])
def test_without_a_connection_nothing_was_sent(verb: str, exc: Exception) -> None:
    """Even a POST may be repeated."""
    assert kind_of(verb, exc) is ErrorKind.UNAVAILABLE


@pytest.mark.parametrize("verb", ["GET", "POST"])
@pytest.mark.parametrize("told", ["refused", "no such host", "connect timeout"])
def test_a_host_that_cannot_be_reached_is_named_with_what_to_check(told: str, verb: str) -> None:
    """A typing error in the connection is found from the message alone; a proxy has advice of its own."""
    error = explain(Call(verb=verb, endpoint="contacts"), NEVER_SENT[told], "acme.daktela.com")
    assert "acme.daktela.com" in error.what
    assert "check the address in the connection" in error.advice
    by_proxy = explain(Call(verb=verb, endpoint="contacts"), NEVER_SENT["proxy"], "acme.daktela.com")
    assert "acme.daktela.com" in by_proxy.what
    assert "check the proxies of the connection" in by_proxy.advice


@pytest.mark.parametrize("exc", MAYBE_SENT.values(), ids=MAYBE_SENT.keys())
def test_a_post_whose_connection_broke_has_an_unknown_fate(exc: Exception) -> None:
    """A connection cut inside TLS is no certificate problem: the record may have been written."""
    assert kind_of("POST", exc) is ErrorKind.UNKNOWN_FATE
    assert kind_of("PUT", exc) is ErrorKind.UNAVAILABLE


@pytest.mark.parametrize(
    "exc",
    [
        SSLError(ssl.SSLCertVerificationError(1, "self-signed")),
        requests.exceptions.InvalidURL("bad"),
        requests.exceptions.InvalidProxyURL("bad"),
        requests.exceptions.InvalidHeader("bad"),
        OSError("Could not find a suitable TLS CA certificate bundle, invalid path: /nowhere"),
    ],
    ids=["certificate", "address", "proxy address", "header", "CA file"],
)
def test_permanent_failures_are_configuration_errors(exc: Exception) -> None:
    """Each names what to look at."""
    error = explain(Call(verb="POST", endpoint="contacts"), exc, "acme.daktela.com")
    assert error.kind is ErrorKind.MISCONFIGURED
    assert error.advice


@pytest.mark.parametrize("exc", [*NEVER_SENT.values(), *MAYBE_SENT.values()], ids=[*NEVER_SENT, *MAYBE_SENT])
def test_the_address_with_its_filters_is_not_shown(exc: Exception) -> None:
    """Filters hold the e-mail addresses that were searched for."""
    assert "jan@example.com" not in str(explain(Call(verb="GET", endpoint="contacts"), exc, "acme.daktela.com"))
