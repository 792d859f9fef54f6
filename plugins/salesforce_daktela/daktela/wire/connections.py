"""Connections to one instance: requests decides once how they are made, urllib3 sends over them."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import cast

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3 import BaseHTTPResponse, HTTPConnectionPool, Timeout

from salesforce_daktela.daktela.wire.connection import DaktelaSettings
from salesforce_daktela.log_filter import shorten_logged_addresses

POOL = 64
"""Open connections in the pool: at least as many as threads that write."""

JSON = {"Content-Type": "application/json"}


class TokenHeader(AuthBase):
    """Puts the token into its header. As ``auth`` of a session it also prevents that a ``.netrc`` file replaces it."""

    def __init__(self, settings: DaktelaSettings) -> None:
        self._header = settings.auth_header
        bearer = settings.auth_header.casefold() == "authorization"
        self._value = f"Bearer {settings.token}" if bearer else settings.token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers[self._header] = self._value
        return request


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The pool of connections, and the headers of every request without and with a body."""

    pool: HTTPConnectionPool
    plain: dict[str, str] = field(repr=False)
    with_body: dict[str, str] = field(repr=False)


class Connections:
    """Safe for several threads; keeps no cookies, follows no redirect, and tries nothing again.

    Trust, proxies and headers are those that requests would use: of the settings, REQUESTS_CA_BUNDLE, HTTPS_PROXY and
    NO_PROXY. It would find them out anew for each request, which takes longer than sending it.
    """

    def __init__(self, settings: DaktelaSettings, timeout: tuple[float, float]) -> None:
        shorten_logged_addresses()
        self._url = settings.url
        self._timeout = Timeout(connect=timeout[0], read=timeout[1])
        self._adapter = HTTPAdapter(pool_connections=2, pool_maxsize=POOL)
        self._session = requests.Session()
        self._session.auth = TokenHeader(settings)
        self._session.headers["Accept"] = "application/json"
        # With None, requests uses REQUESTS_CA_BUNDLE; with True it would not.
        verify = None if settings.verify is True else settings.verify
        self._surroundings = self._session.merge_environment_settings(settings.url, {}, None, verify, None)
        self._opening = threading.Lock()
        self._opened: Opened | None = None

    def send(self, verb: str, target: str, body: bytes | None) -> BaseHTTPResponse:
        """Send one request and return its reply with the whole body. ``target`` is the address behind the host.

        Raises RequestException for settings that cannot be used, HTTPError when no whole reply came, OSError for a file
        of certificates that cannot be read.
        """
        opened = self._opened or self._open()
        return opened.pool.urlopen(
            verb,
            target,
            body=body,
            headers=opened.plain if body is None else opened.with_body,
            timeout=self._timeout,
            retries=False,
            redirect=False,
        )

    def close(self) -> None:
        """Close the connections."""
        self._adapter.close()

    def _open(self) -> Opened:
        with self._opening:
            if self._opened is None:
                request = self._session.prepare_request(requests.Request("GET", self._url))
                verify, cert = self._surroundings["verify"], self._surroundings["cert"]
                pool = self._adapter.get_connection_with_tls_context(
                    request, verify, proxies=self._surroundings["proxies"], cert=cert
                )
                self._adapter.cert_verify(pool, self._url, verify, cert)  # type: ignore[no-untyped-call]  # requests
                headers = dict(request.headers)
                self._opened = Opened(pool=cast(HTTPConnectionPool, pool), plain=headers, with_body={**headers, **JSON})
            return self._opened
