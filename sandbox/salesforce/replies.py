"""Builds replies: JSON, errors as lists, gzip for clients that accept it."""

from __future__ import annotations

import gzip
import json
from typing import Any

from aiohttp import web

GZIP_FROM_BYTES = 1_024


class ApiError(Exception):
    """A refusal of the data API: HTTP ``status`` and one `{message, errorCode}`."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def error_reply(error: ApiError) -> web.Response:
    """Return a refusal of a data call: a list of one error."""
    return web.json_response([{"message": error.message, "errorCode": error.code}], status=error.status)


def json_text(content: Any) -> str:
    """Return compact JSON; letters are not escaped."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def json_reply(request: web.Request, text: str, *, compress: bool) -> web.Response:
    """Return a JSON reply, compressed if ``compress`` is set and the client accepts it."""
    body, headers = text.encode(), {}
    if compress and accepts_gzip(request) and len(body) >= GZIP_FROM_BYTES:
        body, headers = gzip.compress(body, compresslevel=1), {"Content-Encoding": "gzip"}
    return web.Response(body=body, content_type="application/json", charset="UTF-8", headers=headers)


def accepts_gzip(request: web.Request) -> bool:
    """Whether the client accepts gzip."""
    return "gzip" in request.headers.get("Accept-Encoding", "").lower()
