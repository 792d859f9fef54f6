"""Free ports on the loopback."""

from __future__ import annotations

import atexit
import socket

HOST = "127.0.0.1"


def usual_or_free(usual: int) -> int:
    """Return the port ``usual`` if it is free, else any free port.

    A server takes its port seconds after it was chosen. Of several processes that start one at the same time, only the
    first is given the usual port.
    """
    for port in (usual, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                _claim(port)
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port")


def _claim(port: int) -> None:
    """Keep a port for this process until it ends. Raises OSError when another has it.

    Linux gives a name of this kind to one socket only.
    """
    if port:
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0salesforce-daktela-port-{port}")
        except OSError:
            claim.close()
            raise
        atexit.register(claim.close)
