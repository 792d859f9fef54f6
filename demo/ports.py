"""Free ports on the loopback."""

from __future__ import annotations

import socket

HOST = "127.0.0.1"


def usual_or_free(usual: int) -> int:
    """Return the port ``usual`` if it is free, else any free port."""
    for port in (usual, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port")
