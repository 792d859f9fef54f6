"""Sends one request and returns its reply, without judging it."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote, urlencode

from requests.exceptions import RequestException
from urllib3 import BaseHTTPResponse
from urllib3.exceptions import HTTPError

from salesforce_daktela.daktela.wire.connection import API, DaktelaSettings
from salesforce_daktela.daktela.wire.connections import Connections
from salesforce_daktela.daktela.wire.errors import ErrorKind, make_error
from salesforce_daktela.daktela.wire.no_reply import explain
from salesforce_daktela.daktela.wire.verdict import Answer, Call
from salesforce_daktela.http_headers import http_date, retry_after_seconds

TIMEOUT = (10.0, 60.0)
"""Seconds to connect and to wait for bytes."""


class Transport:
    """Safe for several threads. ``calls`` counts requests by verb, ``retries`` those of them that repeat one."""

    def __init__(self, settings: DaktelaSettings, *, now: Callable[[], datetime], timeout: tuple[float, float]) -> None:
        self.calls: Counter[str] = Counter()
        self.retries = 0
        self._settings = settings
        self._now = now
        self._counting = threading.Lock()
        self._connections = Connections(settings, timeout)

    def exchange(self, call: Call) -> Answer:
        """Send a request once and return the reply, whatever its status; never follow a redirect.

        Raises DaktelaError when no reply came, or when the record cannot be sent.
        """
        target, body = self._target(call), _encode(call)
        with self._counting:
            self.calls[call.verb] += 1
        try:
            response = self._connections.send(call.verb, target, body)
        except (RequestException, HTTPError, OSError) as exc:
            error = explain(call, exc, self._settings.url.removeprefix("https://"))
        else:
            # A reply that may have no body has None instead of an empty one.
            content = response.data or b""
            return Answer(
                status=response.status,
                body=_decode(content),
                empty=not content.strip(),
                retry_after=self._retry_after(response),
            )
        raise error

    def count_retry(self) -> None:
        """Count a request that is about to be repeated."""
        with self._counting:
            self.retries += 1

    def close(self) -> None:
        """Close the connections."""
        self._connections.close()

    def _retry_after(self, response: BaseHTTPResponse) -> float | None:
        asked = response.headers.get("Retry-After")
        if asked is None:
            return None
        return retry_after_seconds(asked, http_date(response.headers.get("Date")) or self._now())

    def _target(self, call: Call) -> str:
        path = f"{API}/{call.endpoint}"
        if call.name is not None:
            if call.name.strip(".") == "":
                raise make_error("a record without a usable name", kind=ErrorKind.VALIDATION, where=call.where)
            path = f"{path}/{quote(call.name, safe='')}"
        query = f"?{urlencode(call.pairs)}" if call.pairs else ""
        return f"{path}{self._settings.suffix}{query}"


def _encode(call: Call) -> bytes | None:
    if call.payload is None:
        return None
    try:
        return json.dumps(dict(call.payload), allow_nan=False).encode()
    except ValueError:
        # Its text may quote a value.
        error = make_error("the record cannot be written as JSON", kind=ErrorKind.VALIDATION, where=call.where)
    raise error


def _decode(content: bytes) -> object:
    """Return a body's JSON, None when it is not JSON. A byte order mark is ignored."""
    try:
        return json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
