"""Sends every request, with time limits, trust, proxies and headers; and explains why no reply came."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests

from salesforce_daktela.connection_failures import connection_failure
from salesforce_daktela.errors import ConfigurationError, PipelineError
from salesforce_daktela.salesforce.wire.credentials import SalesforceCredentials
from salesforce_daktela.salesforce.wire.errors import SalesforceUnavailableError, SignInError

TIMEOUT = (10.0, 130.0)
"""Seconds to connect, and to wait for bytes: Salesforce itself ends a query after 120 seconds with an error."""


@dataclass(frozen=True, slots=True)
class Network:
    """Sends requests over the connections of one session, with the trust and the proxies of one set of credentials."""

    session: requests.Session
    credentials: SalesforceCredentials
    _surroundings: dict[tuple[str, bool], dict[str, Any]] = field(default_factory=dict, init=False, repr=False)

    def send(
        self, verb: str, address: str, *, where: str, token: str | None, stream: bool = False, **more: Any
    ) -> requests.Response:
        """Send one request and return the reply, whatever its status. ``token`` None sends no Authorization.

        Raises SignInError for a host whose certificate is not trusted, ConfigurationError for an invalid address, proxy
        or file of authorities, SalesforceUnavailableError when no reply comes.
        """
        try:
            request = requests.Request(verb, address, auth=_Bearer(token), **more)
            return self.session.send(
                self.session.prepare_request(request),
                timeout=TIMEOUT,
                allow_redirects=False,
                **self._surroundings_of(address, stream),
            )
        except requests.exceptions.RequestException as exc:
            raise no_reply(exc, where, urlsplit(address).netloc) from None
        except OSError:
            advice = "check REQUESTS_CA_BUNDLE: a PEM file that may be read"
            raise ConfigurationError(
                "the file of trusted authorities cannot be read", where=where, advice=advice
            ) from None

    def _surroundings_of(self, address: str, stream: bool) -> dict[str, Any]:
        """Trust and proxies for a host, the environment's included.

        Reading the environment for each request would take a quarter of the processor time of sending it.
        """
        key = (urlsplit(address).netloc, stream)
        if key not in self._surroundings:
            verify = self.credentials.verify if isinstance(self.credentials.verify, str) else None
            proxies = dict(self.credentials.proxies or {})
            found = self.session.merge_environment_settings(address, proxies, stream, verify, None)
            self._surroundings[key] = dict(found)
        return self._surroundings[key]


def no_reply(exc: Exception, where: str, host: str) -> PipelineError:
    """Return the error for a request without a reply. The library's own text is not shown: it may hold addresses."""
    if isinstance(exc, ValueError) and not isinstance(exc, requests.exceptions.JSONDecodeError):
        advice = "check the instance URL and the proxies of the connection"
        return ConfigurationError(f"no request can be sent ({type(exc).__name__})", where=where, advice=advice)
    why = connection_failure(exc, host)
    if why is None:
        return SalesforceUnavailableError(f"no reply ({type(exc).__name__})", where=where)
    if why.permanent:
        return SignInError(why.what, where=where, advice=why.advice)
    return SalesforceUnavailableError(why.what, where=where, advice=why.advice, accepted=not why.never_sent)


def body_of(response: requests.Response) -> object:
    """Return a reply's JSON. Raises ValueError for any other body.

    JSON is always UTF-8; a wrong charset in a proxy's header would silently change names.
    """
    try:
        return json.loads(response.content.decode("utf-8-sig"))
    except RecursionError as exc:
        raise ValueError("nested too deeply") from exc


class _Bearer(requests.auth.AuthBase):
    """Sets the header. It is used without a token, too: requests would send credentials of a ``.netrc`` file."""

    def __init__(self, token: str | None) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token is not None:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request
