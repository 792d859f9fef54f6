"""The client of Salesforce against the sandbox's org, over TLS."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.schema.describe import Resolution, resolve
from salesforce_daktela.salesforce.wire.credentials import SalesforceCredentials
from sandbox.salesforce.switches import Switches
from sandbox.server import HOST_NAMES
from sandbox.testing import Sandbox, start_sandbox
from tests.salesforce.examples import Pauses
from tests.salesforce.on_sandbox.reading import MAPPED


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One org with a few hundred contacts."""
    with start_sandbox(tmp_path_factory.mktemp("sandbox"), size=300, only="salesforce") as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Iterator[Sandbox]:
    """The org with everyday switches."""
    running.salesforce.switches = Switches()
    yield running
    running.salesforce.switches = Switches()


@pytest.fixture
def connect(sandbox: Sandbox) -> Callable[..., SalesforceClient]:
    """Make a client of the org; what is filled in adds to the app's key and secret."""
    known = sandbox.salesforce.credentials

    def connected(**filled: str) -> SalesforceClient:
        credentials = SalesforceCredentials(
            instance_uri=f"{sandbox.salesforce_url}/lightning/page/home",
            consumer_key=known.consumer_key,
            consumer_secret=known.consumer_secret,
            version="60",
            trusted_hosts=HOST_NAMES,
            verify=str(sandbox.ca),
            **filled,  # type: ignore[arg-type]  # texts only
        )
        return SalesforceClient(credentials, sleep=Pauses())

    return connected


@pytest.fixture
def client(connect: Callable[..., SalesforceClient]) -> SalesforceClient:
    """A client that signs in as the app."""
    return connect()


@pytest.fixture
def contacts(client: SalesforceClient) -> Resolution:
    """Contacts as the org describes them."""
    return resolve(client, "contact", MAPPED)
