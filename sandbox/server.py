"""One aiohttp application on a loopback port: in the running event loop, or in a thread of its own for tests."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

HOST = "127.0.0.1"
PUBLIC_HOST = "localhost"
HOST_NAMES = frozenset({PUBLIC_HOST, HOST})
"""A client that sends Salesforce credentials to trusted hosts only has to trust both: an org that moves changes from
one to the other."""
SHUTDOWN_SECONDS = 0.2
LONGEST_LINE = 65536


def reserve_port(port: int = 0, listen: str = HOST) -> socket.socket:
    """Return a socket bound to ``port``, any free port for 0. So the address is known before the start.

    ``listen`` is the address to listen on; another than the loopback is for containers.
    Raises OSError when the port is taken.
    """
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((listen, port))
    except OSError:
        bound.close()
        raise
    return bound


def base_url(bound: socket.socket, name: str = PUBLIC_HOST) -> str:
    """Return the https address of a reserved port, without a trailing slash."""
    return f"https://{name}:{bound.getsockname()[1]}"


async def serve(app: web.Application, ssl_context: ssl.SSLContext, bound: socket.socket) -> web.AppRunner:
    """Start ``app`` on a reserved port; the returned runner's ``cleanup`` stops it."""
    runner = web.AppRunner(
        app,
        access_log=None,
        shutdown_timeout=SHUTDOWN_SECONDS,
        handle_signals=False,
        keepalive_timeout=75,
        max_line_size=LONGEST_LINE,
        max_field_size=LONGEST_LINE,
    )
    await runner.setup()
    await web.SockSite(runner, bound, ssl_context=ssl_context).start()
    return runner


@contextmanager
def run_in_thread(
    app: web.Application, ssl_context: ssl.SSLContext, bound: socket.socket | None = None, name: str = PUBLIC_HOST
) -> Iterator[str]:
    """Serve ``app`` over TLS in a thread during the context, which gives the https address.

    Raises the error that prevents the start.
    """
    bound = bound or reserve_port()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="sandbox-server", daemon=True)
    thread.start()
    try:
        runner = asyncio.run_coroutine_threadsafe(serve(app, ssl_context, bound), loop).result()
        try:
            yield base_url(bound, name)
        finally:
            asyncio.run_coroutine_threadsafe(_stop(runner), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        bound.close()


async def _stop(runner: web.AppRunner) -> None:
    await runner.cleanup()
    await cut_connections()


async def cut_connections() -> None:
    """Cut every connection of the running loop that is still open: an orderly TLS shutdown would wait for the client.

    A server forgets a connection when it begins to close it, so only the loop knows them all.
    """
    for transport in list(getattr(asyncio.get_running_loop(), "_transports", {}).values()):
        # In Python 3.11.2 a closed TLS transport has no protocol any more.
        with contextlib.suppress(AttributeError):
            transport.abort()
    await asyncio.sleep(0)
    await asyncio.sleep(0)  # the loop closes a cut socket in its next iteration
