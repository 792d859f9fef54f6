"""A tiny org behind TLS, signed in; switches go back to everyday settings between tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from sandbox.certificates import create_authority
from sandbox.salesforce.app import create_app
from sandbox.salesforce.org import Org
from sandbox.salesforce.switches import Switches
from sandbox.server import base_url, reserve_port, run_in_thread
from tests.sandbox.salesforce.client import Caller


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    """One server for all tests of this folder, tiny unless a test adds records."""
    authority = create_authority(tmp_path_factory.mktemp("authority"))
    org, bound, session = Org.create(size="tiny"), reserve_port(), requests.Session()
    session.verify, session.trust_env = str(authority.ca), False
    with run_in_thread(create_app(org, base_url(bound)), authority.server_context, bound) as url, session:
        yield Caller(org=org, url=url, session=session)
    org.close()


@pytest.fixture
def caller(server: Caller) -> Iterator[Caller]:
    """The server with everyday switches and a fresh token."""
    server.org.switches = Switches()
    server.sign_in()
    yield server
    server.org.switches = Switches()


@pytest.fixture
def org(tmp_path: Path) -> Iterator[Org]:
    """An org of one's own, without a server."""
    made = Org.create(size=1, path=tmp_path / "org.sqlite")
    yield made
    made.close()
