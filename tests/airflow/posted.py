"""A server that takes whatever is posted to it, as Slack and a webhook would."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Posts = list[tuple[str, dict[str, str], dict[str, Any]]]
"""Path, headers and body of each request; the body of a GET is empty."""


@contextmanager
def listening() -> Iterator[tuple[str, Posts]]:
    """Its address, and what it has got. A path that ends in ``moved`` redirects to another."""
    got: Posts = []

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            got.append((self.path, dict(self.headers), body))
            self.send_response(302 if self.path.endswith("moved") else 200)
            self.send_header("Location", "/hook")
            self.end_headers()

        def do_GET(self) -> None:
            got.append((self.path, {}, {}))

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is said of requests."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Endpoint) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", got
        server.shutdown()
        thread.join()
