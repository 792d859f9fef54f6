"""The network as scripted replies, for requests that are sent by urllib3 without requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest import mock

import requests
import responses
from urllib3 import HTTPConnectionPool, HTTPResponse


@contextmanager
def scripted_web() -> Iterator[responses.RequestsMock]:
    """Replies as scripted, nothing else reachable."""
    with (
        responses.RequestsMock(assert_all_requests_are_fired=False) as web,
        mock.patch.object(HTTPConnectionPool, "urlopen", _scripted),
    ):
        yield web


def _scripted(
    pool: HTTPConnectionPool,
    method: str,
    url: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    **_: Any,
) -> HTTPResponse:
    """Ask requests, whose replies are scripted."""
    request = requests.Request(method, f"{pool.scheme}://{pool.host}{url}", data=body, headers=headers)
    with requests.Session() as session:
        reply = session.send(request.prepare(), allow_redirects=False)
    return HTTPResponse(body=reply.content, headers=dict(reply.headers), status=reply.status_code)
