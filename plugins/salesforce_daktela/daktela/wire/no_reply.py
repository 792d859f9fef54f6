"""Turns a missing reply into an error. Pure."""

from __future__ import annotations

import requests
from urllib3.exceptions import HTTPError

from salesforce_daktela.connection_failures import connection_failure
from salesforce_daktela.daktela.wire.errors import DaktelaError, ErrorKind, make_error
from salesforce_daktela.daktela.wire.verdict import Call

UNUSABLE = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidHeader,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
)


def explain(call: Call, exc: Exception, host: str) -> DaktelaError:
    """Return the error of a request to ``host`` that ended without a reply.

    The exception's own text is left out: it quotes the address, which holds the values of searches.
    """
    if isinstance(exc, UNUSABLE):
        return _misconfigured(call, f"the request could not be built ({type(exc).__name__})", "")
    why = connection_failure(exc, host)
    if why is not None and why.permanent:
        return _misconfigured(call, why.what, why.advice)
    if why is not None and why.never_sent:
        return make_error(why.what, kind=ErrorKind.UNAVAILABLE, where=call.where, advice=why.advice)
    if not isinstance(exc, requests.exceptions.RequestException | HTTPError):
        return _misconfigured(call, "the file of trusted certificates cannot be read", "check REQUESTS_CA_BUNDLE")
    kind = ErrorKind.UNKNOWN_FATE if call.verb == "POST" else ErrorKind.UNAVAILABLE
    return make_error(f"no reply ({type(exc).__name__})", kind=kind, where=call.where)


def _misconfigured(call: Call, what: str, advice: str) -> DaktelaError:
    return make_error(what, kind=ErrorKind.MISCONFIGURED, where=call.where, advice=advice)
