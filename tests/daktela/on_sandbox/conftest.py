"""The sandbox Daktela behind real TLS, and clients for it whose waiting costs no time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.wire.connection import DaktelaSettings
from salesforce_daktela.daktela.wire.limiter import AdaptiveLimiter
from sandbox.daktela.instance import Instance
from sandbox.testing import Sandbox, start_sandbox
from tests.daktela.on_sandbox.examples import Clock, MakeClient


@pytest.fixture(scope="session")
def daktela_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One server for all tests of this folder."""
    with start_sandbox(tmp_path_factory.mktemp("sandbox"), only="daktela") as running:
        yield running


@pytest.fixture
def daktela(daktela_server: Sandbox) -> Instance:
    """The instance as it was seeded, with a clean journal."""
    daktela_server.daktela.reset(empty=False)
    return daktela_server.daktela


@pytest.fixture
def clock() -> Clock:
    """The time by which the client under test waits."""
    return Clock()


@pytest.fixture
def make_client(daktela: Instance, daktela_server: Sandbox, clock: Clock) -> Iterator[MakeClient]:
    """Make a client of the sandbox; keywords replace connection settings."""
    made: list[DaktelaClient] = []

    def make(**settings: Any) -> DaktelaClient:
        given = {"url": daktela_server.daktela_url, "token": daktela.token, "verify": str(daktela_server.ca)}
        limiter = AdaptiveLimiter(1000, 16, clock=clock.read, sleep=clock.sleep)
        client = DaktelaClient(DaktelaSettings(**{**given, **settings}), limiter=limiter, sleep=clock.sleep)
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()


@pytest.fixture
def client(make_client: MakeClient) -> DaktelaClient:
    """A client with the right token."""
    return make_client()
