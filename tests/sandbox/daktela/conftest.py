"""One instance behind real TLS for all tests of this folder; each test starts from freshly seeded records."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.certificates import create_authority
from sandbox.daktela.app import create_app
from sandbox.daktela.instance import Instance
from sandbox.server import run_in_thread
from tests.sandbox.daktela.client import Client


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The running instance."""
    authority = create_authority(tmp_path_factory.mktemp("authority"))
    instance = Instance.create(seed=1)
    with run_in_thread(create_app(instance), authority.server_context) as url:
        client = Client(instance, url, str(authority.ca))
        yield client
        client.session.close()
    instance.close()


@pytest.fixture
def daktela(server: Client) -> Client:
    """The running instance as it was seeded."""
    server.instance.reset(empty=False)
    return server
