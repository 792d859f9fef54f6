"""Requests to ports of this machine."""

from __future__ import annotations

import socket
import threading
from typing import Any

import pytest
import requests

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.salesforce.wire.errors import SalesforceUnavailableError
from salesforce_daktela.salesforce.wire.network import Network
from tests.salesforce.examples import credentials


def get(port: int, **more: Any) -> requests.Response:
    """Send a request to a port of this machine, past any proxy of the environment."""
    address = f"https://localhost:{port}"
    held = credentials(instance_uri=address, trusted_hosts=frozenset({"localhost"}), **more)
    with requests.Session() as session:
        session.trust_env = False
        return Network(session, held).send("GET", f"{address}/", where="here", token=None)


def test_a_refused_connection_was_not_accepted() -> None:
    """A connection that was never made has certainly started nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(
        SalesforceUnavailableError,
        match=r"here: localhost:\d+ refuses the connection or cannot be reached: check the address",
    ) as failed:
        get(port)
    assert failed.value.accepted is False


def test_a_broken_connection_may_have_been_accepted() -> None:
    """It is unknown whether the request was carried out."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)
        port = server.getsockname()[1]
        with pytest.raises(SalesforceUnavailableError) as failed:
            _hang_up_on(server, port)
    assert failed.value.accepted is True


def test_a_missing_file_of_authorities_is_named() -> None:
    """Before anything is sent."""
    with pytest.raises(ConfigurationError, match="the file of trusted authorities cannot be read"):
        get(1, verify="/nowhere/ca.pem")


def _hang_up_on(server: socket.socket, port: int) -> None:
    def answer() -> None:
        connection, _ = server.accept()
        connection.close()

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        get(port)
    finally:
        thread.join()
