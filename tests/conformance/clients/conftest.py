"""A sandbox that clients reach under Salesforce's own names, and a way to run them."""

from __future__ import annotations

import dataclasses
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from sandbox.salesforce.credentials import DEFAULT_CREDENTIALS as KNOWN
from sandbox.testing import Sandbox, start_sandbox
from scripts.clients.login_host import certify_login_host
from scripts.clients.name_service import name_service
from scripts.clients.running import Start, connected_app

SECONDS = 180


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A tiny org whose certificate holds for Salesforce's login host, too; its authority lives as long as the test."""
    home = tmp_path_factory.mktemp("sandbox")
    certify_login_host(home)
    with start_sandbox(home, size="tiny") as started:
        yield started


@pytest.fixture
def start(sandbox: Sandbox, tmp_path: Path) -> Iterator[Start]:
    """Run a client to its end and return what it printed; every host name leads to the sandbox."""
    with name_service(urlsplit(sandbox.salesforce_url).port or 443) as proxy:
        environment = {**os.environ, "HOME": str(tmp_path), "HTTPS_PROXY": proxy, "NO_PROXY": "localhost"}

        def to_its_end(command: list[str], **variables: str) -> list[str]:
            done = subprocess.run(
                command, cwd=tmp_path, env={**environment, **variables}, capture_output=True, text=True, timeout=SECONDS
            )
            assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
            return done.stdout.splitlines()

        yield to_its_end


@pytest.fixture
def config() -> dict[str, Any]:
    """The connection of both Python clients."""
    return connected_app(dataclasses.asdict(KNOWN), "2015-01-01T00:00:00Z")


@pytest.fixture
def asked(sandbox: Sandbox) -> Callable[[], list[str]]:
    """Return the paths that Salesforce was asked for."""

    def paths() -> list[str]:
        reply = requests.get(f"{sandbox.salesforce_url}/__sandbox__/requests", verify=str(sandbox.ca), timeout=20)
        return [f"{each['method']} {each['path']}" for each in reply.json()]

    return paths
