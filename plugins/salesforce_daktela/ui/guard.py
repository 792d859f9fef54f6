"""What every response of the pages carries, also the refusals and the errors."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from salesforce_daktela.ui.errors import error_response

log = logging.getLogger(__name__)

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
PRIVATE = ("text/html", "application/json")
"""What holds somebody's data, and must not stay in a browser's store."""


class GuardedResponses:
    """ASGI middleware: sets the headers of security, and turns what was not foreseen into a page without its text."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def send_guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                _guard(MutableHeaders(scope=message))
            await send(message)

        try:
            await self._app(scope, receive, send_guarded)
        except Exception as exc:
            if begun:
                raise
            # Its text may quote a connection or a record: the place is what is needed to find the mistake.
            frame = traceback.extract_tb(exc.__traceback__)[-1]
            place = f"{Path(frame.filename).name}, line {frame.lineno}"
            log.error("%s %s failed: %s in %s", scope["method"], scope["path"], type(exc).__name__, place)
            await error_response(Request(scope), 500)(scope, receive, send_guarded)


def _guard(headers: MutableHeaders) -> None:
    for name, value in HEADERS.items():
        headers[name] = value
    private = headers.get("content-type", "").startswith(PRIVATE)
    headers["Cache-Control"] = "no-store" if private else "no-cache"
