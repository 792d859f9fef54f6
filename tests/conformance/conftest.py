"""One sandbox for other people's clients, which trust its authority as they would trust a company's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.salesforce.switches import Switches
from sandbox.testing import Sandbox, start_sandbox


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Both sides with a handful of records."""
    with start_sandbox(tmp_path_factory.mktemp("sandbox"), size="tiny") as started:
        yield started


@pytest.fixture
def sandbox(server: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """The same with everyday switches, and with what the clients read about whom to trust."""
    for variable in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"):
        monkeypatch.setenv(variable, str(server.ca))
    server.salesforce.switches = Switches()
    server.daktela.reset()
    yield server
    server.salesforce.switches = Switches()
    server.daktela.reset()
