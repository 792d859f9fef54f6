"""Why a host gave no reply, in words that name the host and nothing else. Pure.

A library's own text is never repeated: it may hold addresses with values that were searched for, or a proxy's password.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

from urllib3.exceptions import (
    ConnectTimeoutError,
    NameResolutionError,
    NewConnectionError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

WRONG_NAME = 62
EXPIRED = 10
"""X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_CERT_HAS_EXPIRED of OpenSSL."""

CHECK_ADDRESS = "check the address in the connection"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionFailure:
    """``permanent``: no later try can succeed. ``never_sent``: it is certain that nothing was sent."""

    what: str
    advice: str
    permanent: bool = False
    never_sent: bool = True


def connection_failure(exc: BaseException, host: str) -> ConnectionFailure | None:
    """Return why ``host`` gave no reply; None when the connection was made and broke later."""
    found = list(causes(exc))
    if any(isinstance(cause, ProxyError) for cause in found):
        return _proxy(found, host)
    refused = next((cause for cause in found if isinstance(cause, ssl.SSLCertVerificationError)), None)
    if refused is not None or any("CERTIFICATE_VERIFY_FAILED" in str(cause) for cause in found):
        return _certificate(refused, host)
    if any("WRONG_VERSION_NUMBER" in str(cause) for cause in found if isinstance(cause, ssl.SSLError | SSLError)):
        advice = f"{CHECK_ADDRESS} and its port; a proxy that is given as https:// may only speak http://"
        return ConnectionFailure(what=f"what answers at {host} does not speak TLS", advice=advice, permanent=True)
    if any(isinstance(cause, NameResolutionError) for cause in found):
        advice = f"{CHECK_ADDRESS} for a typing error, then the name service (DNS) of this machine"
        return ConnectionFailure(what=f"there is no host {host}", advice=advice)
    if any(isinstance(cause, NewConnectionError) for cause in found):
        advice = f"{CHECK_ADDRESS} and its port, then whether a firewall lets this machine reach it"
        return ConnectionFailure(what=f"{host} refuses the connection or cannot be reached", advice=advice)
    if any(isinstance(cause, ConnectTimeoutError) for cause in found):
        advice = f"{CHECK_ADDRESS}, then whether a firewall lets this machine reach it"
        return ConnectionFailure(what=f"{host} does not take the connection in time", advice=advice)
    if any(isinstance(cause, ReadTimeoutError) for cause in found):
        return ConnectionFailure(what=f"{host} does not answer in time", advice="try again later", never_sent=False)
    return None


def causes(exc: BaseException) -> Iterator[BaseException]:
    """The exception and all it wraps: urllib3 keeps causes in ``reason``, requests in the arguments."""
    waiting, seen = [exc], set()
    while waiting:
        cause = waiting.pop()
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        inner = (*cause.args, getattr(cause, "reason", None), cause.__cause__, cause.__context__)
        waiting += [found for found in inner if isinstance(found, BaseException)]


def _certificate(refused: ssl.SSLCertVerificationError | None, host: str) -> ConnectionFailure:
    code = getattr(refused, "verify_code", None)
    if code == WRONG_NAME:
        what = f"the TLS certificate at {host} is not trusted: it belongs to another host"
        return ConnectionFailure(what=what, advice=f"{CHECK_ADDRESS} for a typing error", permanent=True)
    if code == EXPIRED:
        what = f"the TLS certificate at {host} is not trusted: it has expired"
        return ConnectionFailure(what=what, advice="renew it; or this machine's clock is wrong", permanent=True)
    advice = f"{CHECK_ADDRESS}; behind a company proxy, set REQUESTS_CA_BUNDLE to its authority's PEM file"
    return ConnectionFailure(what=f"the TLS certificate at {host} is not trusted", advice=advice, permanent=True)


def _proxy(found: list[BaseException], host: str) -> ConnectionFailure:
    advice = "check the proxies of the connection, and HTTPS_PROXY and NO_PROXY of this machine"
    told = next(filter(None, (re.search(r"Tunnel connection failed: (\d{3})", str(cause)) for cause in found)), None)
    if told is not None:
        secret = ": it asks for a user and a password" if told[1] == "407" else ""
        return ConnectionFailure(what=f"the proxy refuses to connect to {host} with {told[1]}{secret}", advice=advice)
    return ConnectionFailure(what=f"the proxy on the way to {host} cannot be reached", advice=advice)
