"""The compose file's demo, as far as it runs without containers."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from airflow.sdk import Connection

from demo.compose import container_command, read_compose
from demo.container_connections import importable
from sandbox.testing import start_sandbox

PROJECT = Path(__file__).resolve().parents[2]


def test_clients_in_other_containers_trust_the_sandbox_by_its_name(tmp_path: Path) -> None:
    """The bundle that the compose file's own command writes verifies the server under its container's name."""
    command = [text.replace("/sandbox", str(tmp_path)) for text in container_command(PROJECT, "sandbox-authority")]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(command, check=True, cwd=PROJECT, env={**os.environ, "PATH": path})
    with start_sandbox(tmp_path, name="sandbox") as sandbox:
        context = ssl.create_default_context(cafile=str(tmp_path / "ca-bundle.pem"))
        for address in (sandbox.salesforce_url, sandbox.daktela_url):
            parts = urlsplit(address)
            assert parts.hostname == "sandbox"
            with (
                socket.create_connection(("127.0.0.1", parts.port or 0)) as plain,
                context.wrap_socket(plain, server_hostname="sandbox") as secured,
            ):
                assert secured.version() is not None
        found = importable(sandbox.description())
    for name, plain_values in found.items():
        connection = Connection(conn_id=name, **plain_values)
        assert str(connection.host).startswith("https://sandbox:")
    assert set(found) == {"salesforce_default", "daktela_default"}


def test_production_services_know_nothing_of_the_sandbox() -> None:
    """They neither wait for it nor mount its folder; without the profile nothing of it starts."""
    for name, service in read_compose(PROJECT)["services"].items():
        if name.startswith("sandbox"):
            assert service["profiles"] == ["sandbox"]
        else:
            assert "sandbox" not in str(service)
