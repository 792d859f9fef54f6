"""Ports for servers that start later."""

from __future__ import annotations

import socket
import subprocess
import sys

from demo.ports import HOST, usual_or_free

ASK = "from demo.ports import usual_or_free; print(usual_or_free({port}), flush=True); input()"


def test_two_processes_are_never_given_the_same_port() -> None:
    """Both may ask before either has started its server."""
    port = usual_or_free(0)
    begun = [
        subprocess.Popen(
            [sys.executable, "-c", ASK.format(port=port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    given = [int(process.stdout.readline()) for process in begun if process.stdout is not None]
    for process in begun:
        process.communicate("\n")
    assert len(set(given)) == 2
    assert port in given


def test_a_port_in_use_is_left_alone() -> None:
    """Another free one is given in its place."""
    with socket.socket() as server:
        server.bind((HOST, 0))
        server.listen()
        assert usual_or_free(server.getsockname()[1]) != server.getsockname()[1]
