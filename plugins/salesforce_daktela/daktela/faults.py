"""What it means that no reply came. Pure."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import requests
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ProxyError

from salesforce_daktela.daktela.errors import DaktelaError, ErrorKind, make_error
from salesforce_daktela.daktela.verdict import Call

NEVER_SENT = (NewConnectionError, ConnectTimeoutError, ProxyError)
"""The connection itself could not be made, so nothing was asked yet."""

UNUSABLE = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidHeader,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
)


def explain(call: Call, exc: Exception) -> DaktelaError:
    """Return the error of a request that ended without a reply.

    The exception's own text is left out: it quotes the address, and with it values that were searched for.
    """
    found = list(_causes(exc))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in found):
        return _misconfigured(
            call,
            "its TLS certificate is not trusted",
            "trust its CA on this machine (REQUESTS_CA_BUNDLE), or check the instance URL",
        )
    if isinstance(exc, requests.exceptions.InvalidJSONError):
        return make_error("the record cannot be written as JSON", kind=ErrorKind.VALIDATION, where=call.where)
    if isinstance(exc, UNUSABLE):
        return _misconfigured(call, f"the request could not be built ({type(exc).__name__})", "")
    if not isinstance(exc, requests.exceptions.RequestException | HTTPError):
        return _misconfigured(call, "the file of trusted certificates cannot be read", "check REQUESTS_CA_BUNDLE")
    sent = not any(isinstance(cause, NEVER_SENT) for cause in found)
    kind = ErrorKind.UNKNOWN_FATE if sent and call.verb == "POST" else ErrorKind.UNAVAILABLE
    return make_error(f"no reply ({type(exc).__name__})", kind=kind, where=call.where)


def _misconfigured(call: Call, what: str, advice: str) -> DaktelaError:
    return make_error(what, kind=ErrorKind.MISCONFIGURED, where=call.where, advice=advice)


def _causes(exc: BaseException) -> Iterator[BaseException]:
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
