"""Sends one request and returns its reply, without judging it."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError

from salesforce_daktela.daktela.wire.connection import API, DaktelaSettings
from salesforce_daktela.daktela.wire.errors import ErrorKind, make_error
from salesforce_daktela.daktela.wire.no_reply import explain
from salesforce_daktela.daktela.wire.verdict import Answer, Call
from salesforce_daktela.http_headers import http_date, retry_after_seconds
from salesforce_daktela.log_filter import shorten_logged_addresses

TIMEOUT = (10.0, 60.0)
"""Seconds to connect and to wait for bytes."""

POOL = 64
"""Open connections in the pool: at least as many as threads that write."""


class TokenHeader(AuthBase):
    """Puts the token into its header. As ``auth`` of a session it also prevents that a ``.netrc`` file replaces it."""

    def __init__(self, settings: DaktelaSettings) -> None:
        self._header = settings.auth_header
        bearer = settings.auth_header.casefold() == "authorization"
        self._value = f"Bearer {settings.token}" if bearer else settings.token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers[self._header] = self._value
        return request


class Transport:
    """Safe for several threads. It keeps connections but no cookies; ``calls`` counts requests by verb.

    ``retries`` counts those of them that repeat one.
    """

    def __init__(self, settings: DaktelaSettings, *, now: Callable[[], datetime], timeout: tuple[float, float]) -> None:
        shorten_logged_addresses()
        self.calls: Counter[str] = Counter()
        self.retries = 0
        self._settings = settings
        self._now = now
        self._timeout = timeout
        self._counting = threading.Lock()
        self._session = requests.Session()
        self._session.auth = TokenHeader(settings)
        self._session.headers["Accept"] = "application/json"
        self._session.mount("https://", HTTPAdapter(pool_connections=2, pool_maxsize=POOL))
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        # With None, requests uses REQUESTS_CA_BUNDLE; with True it would not.
        verify = None if settings.verify is True else settings.verify
        # All requests have one host. Reading trust and proxies from the environment for each request would take as much
        # processor time as sending it.
        self._surroundings = self._session.merge_environment_settings(settings.url, {}, None, verify, None)

    def exchange(self, call: Call) -> Answer:
        """Send a request once and return the reply, whatever its status; never follow a redirect.

        Raises DaktelaError when no reply came.
        """
        address = self._address(call)
        with self._counting:
            self.calls[call.verb] += 1
        try:
            response = self._send(call, address)
        except (requests.exceptions.RequestException, HTTPError, OSError) as exc:
            error = explain(call, exc, self._settings.url.removeprefix("https://"))
        else:
            return Answer(
                status=response.status_code,
                body=_decode(response.content),
                empty=not response.content.strip(),
                retry_after=retry_after_seconds(
                    response.headers.get("Retry-After"), http_date(response.headers.get("Date")) or self._now()
                ),
            )
        raise error

    def count_retry(self) -> None:
        """Count a request that is about to be repeated."""
        with self._counting:
            self.retries += 1

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _send(self, call: Call, address: str) -> requests.Response:
        request = requests.Request(
            call.verb,
            address,
            params=list(call.pairs),
            json=None if call.payload is None else dict(call.payload),
        )
        return self._session.send(
            self._session.prepare_request(request), timeout=self._timeout, allow_redirects=False, **self._surroundings
        )

    def _address(self, call: Call) -> str:
        base = f"{self._settings.url}{API}/{call.endpoint}"
        if call.name is None:
            return f"{base}{self._settings.suffix}"
        if call.name.strip(".") == "":
            raise make_error("a record without a usable name", kind=ErrorKind.VALIDATION, where=call.where)
        return f"{base}/{quote(call.name, safe='')}{self._settings.suffix}"


def _decode(content: bytes) -> object:
    """Return a body's JSON, None when it is not JSON. A byte order mark is ignored."""
    try:
        return json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
