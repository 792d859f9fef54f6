"""Why a host gave no reply, told with the host's name."""

from __future__ import annotations

import socket
import ssl

import pytest
import requests
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProxyError,
    SSLError,
)

from salesforce_daktela.connection_failures import connection_failure

HOST = "acme.my.salesforce.com"
POOL = HTTPSConnectionPool(HOST)
LINK = HTTPSConnection(HOST)
PROXY = "http://user:secret@proxy.example:3128"


def wrapped(reason: Exception) -> requests.ConnectionError:
    return requests.ConnectionError(MaxRetryError(POOL, f"/?q=secret via {PROXY}", reason))


def certificate(code: int) -> ssl.SSLCertVerificationError:
    refused = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] secret")
    refused.verify_code = code
    return refused


UNKNOWN = NameResolutionError(HOST, LINK, socket.gaierror(-2, "unknown"))
TOLD = {
    "misspelt": (wrapped(UNKNOWN), f"there is no host {HOST}", False),
    "refused": (wrapped(NewConnectionError(LINK, "refused")), f"{HOST} refuses the connection or cannot", False),
    "silent": (wrapped(ConnectTimeoutError(LINK, "timed out")), f"{HOST} does not take the connection", False),
    "another host's": (wrapped(SSLError(certificate(62))), "not trusted: it belongs to another host", True),
    "expired": (wrapped(SSLError(certificate(10))), "not trusted: it has expired", True),
    "own authority": (wrapped(SSLError(certificate(20))), f"the TLS certificate at {HOST} is not trusted", True),
    "no TLS": (wrapped(SSLError(ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER]"))), "does not speak TLS", True),
    "no proxy": (wrapped(ProxyError(PROXY, NewConnectionError(LINK, PROXY))), f"the proxy on the way to {HOST}", False),
    "misspelt proxy": (wrapped(ProxyError(PROXY, UNKNOWN)), f"the proxy on the way to {HOST} cannot be", False),
    "proxy without password": (
        wrapped(ProxyError(PROXY, OSError("Tunnel connection failed: 407 Proxy Authentication Required"))),
        f"the proxy refuses to connect to {HOST} with 407: it asks for a user and a password",
        False,
    ),
}


@pytest.mark.parametrize(("exc", "what", "permanent"), TOLD.values(), ids=TOLD.keys())
def test_the_host_is_named_and_what_to_look_at(exc: Exception, what: str, permanent: bool) -> None:
    """Never a library's own text: it holds addresses, queries and a proxy's password."""
    why = connection_failure(exc, HOST)
    assert why is not None
    assert what in why.what
    assert "check" in why.advice or "renew" in why.advice
    assert (why.permanent, why.never_sent) == (permanent, True)
    assert "secret" not in why.what + why.advice


def test_a_connection_that_broke_later_says_nothing_of_the_address() -> None:
    """It was there."""
    assert connection_failure(requests.ConnectionError(ConnectionResetError(104, "reset")), HOST) is None
