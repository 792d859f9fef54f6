"""A forward proxy that knows one address: whatever host a client asks for, it is led to the sandbox, still over TLS."""

from __future__ import annotations

import select
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

CHUNK = 65_536


class _Tunnel(socketserver.StreamRequestHandler):
    """Answers one CONNECT and carries bytes both ways until either side is done."""

    def handle(self) -> None:
        while self.rfile.readline().strip():
            pass
        target: tuple[str, int] = self.server.target  # type: ignore[attr-defined]
        with socket.create_connection(target) as onward:
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            other = {self.connection: onward, onward: self.connection}
            while True:
                for ready in select.select(list(other), [], [])[0]:
                    if not _carried(ready, other[ready]):
                        return


class _Proxy(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, target: tuple[str, int]) -> None:
        self.target = target
        super().__init__(("127.0.0.1", 0), _Tunnel)


@contextmanager
def name_service(port: int) -> Iterator[str]:
    """Lead every host to ``port`` of this machine while the context lasts; gives the proxy's address."""
    with _Proxy(("127.0.0.1", port)) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{proxy.server_address[1]}"
        finally:
            proxy.shutdown()
            thread.join()


def _carried(source: socket.socket, target: socket.socket) -> bool:
    try:
        data = source.recv(CHUNK)
        target.sendall(data)
    except OSError:
        return False
    return bool(data)
