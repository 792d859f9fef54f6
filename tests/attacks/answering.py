"""A TLS server that answers every request with exactly the bytes it is told, HTTP or not."""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from sandbox.server import cut_connections


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it arrived; ``query`` keeps the order of its pairs, ``body`` is parsed where it is JSON."""

    verb: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: object


@dataclass(slots=True, kw_only=True)
class Reply:
    """``raw`` replaces status line, headers and body; ``cut`` closes the connection after so many bytes."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    cut: int | None = None

    def sent(self) -> bytes:
        """The bytes that go out."""
        if self.raw is not None:
            return self.raw
        headers = {"Content-Type": "application/json", "Content-Length": str(len(self.body)), **self.headers}
        lines = [f"HTTP/1.1 {self.status} Said", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        whole = "\r\n".join(lines).encode("latin-1", "replace") + self.body
        return whole if self.cut is None else whole[: self.cut]


Answer = Callable[[Request], Reply]


@dataclass(slots=True)
class Answering:
    """The server: ``answer`` may be replaced between two requests."""

    answer: Answer
    url: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection until a reply ends it."""
        with contextlib.suppress(
            ConnectionError,
            asyncio.IncompleteReadError,
            ssl.SSLError,
            asyncio.LimitOverrunError,
            asyncio.CancelledError,
        ):
            while True:
                request = await _read(reader)
                reply = self.answer(request)
                writer.write(reply.sent())
                await writer.drain()
                if reply.raw is not None or reply.cut is not None or "Content-Length" in reply.headers:
                    break
        writer.close()
        with contextlib.suppress(ConnectionError, ssl.SSLError, TimeoutError, asyncio.CancelledError):
            await writer.wait_closed()


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    verb, target, _ = head[0].split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    content = await reader.readexactly(int(headers.get("content-length", "0")))
    parts = urlsplit(target)
    body: object = content
    with contextlib.suppress(ValueError):
        body = json.loads(content)
    query = parse_qsl(parts.query, keep_blank_values=True)
    return Request(verb=verb, path=unquote(parts.path), query=query, headers=headers, body=body)


@contextmanager
def answering(context: ssl.SSLContext, answer: Answer) -> Iterator[Answering]:
    """Serve on the loopback from a thread while the context lasts."""
    server = Answering(answer)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="answering", daemon=True)
    thread.start()

    async def start() -> asyncio.Server:
        return await asyncio.start_server(
            server.serve, "127.0.0.1", 0, ssl=context, ssl_shutdown_timeout=1.0, limit=1 << 20
        )

    listening = asyncio.run_coroutine_threadsafe(start(), loop).result()
    server.url = f"https://localhost:{listening.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(_stop(listening), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _stop(listening: asyncio.Server) -> None:
    listening.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await cut_connections()
