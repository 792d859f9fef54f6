"""A sandbox that clients reach under Salesforce's own names, and a way to run them: for ``-m clients`` alone."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import trustme

from sandbox.certificates import HOST_NAMES, create_authority
from sandbox.salesforce.credentials import DEFAULT_CREDENTIALS as KNOWN
from sandbox.testing import Sandbox, start_sandbox
from tests.conformance.clients.name_service import name_service

LOGIN_HOST = "login.salesforce.com"
SECONDS = 180
Run = Callable[..., str]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave these tests out unless they are asked for: their clients take minutes to install."""
    wanted = "clients" in str(config.option.markexpr)
    return True if collection_path.name.startswith("test_") and not wanted else None


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A tiny org whose certificate holds for Salesforce's login host, too; its authority lives as long as the test."""
    home = tmp_path_factory.mktemp("sandbox")
    create_authority(home)
    authority = trustme.CA.from_pem((home / "ca.pem").read_bytes(), (home / "ca-key.pem").read_bytes())
    issued = authority.issue_cert(*HOST_NAMES, LOGIN_HOST).private_key_and_cert_chain_pem
    (home / "server.pem").write_bytes(issued.bytes())
    with start_sandbox(home, size="tiny") as started:
        yield started


@pytest.fixture
def run(sandbox: Sandbox, tmp_path: Path) -> Iterator[Run]:
    """Run a client to its end and return what it printed; every host name leads to the sandbox."""
    with name_service(urlsplit(sandbox.salesforce_url).port or 443) as proxy:
        environment = {**os.environ, "HOME": str(tmp_path), "HTTPS_PROXY": proxy, "NO_PROXY": "localhost"}

        def start(command: list[str], **variables: str) -> str:
            done = subprocess.run(
                command, cwd=tmp_path, env={**environment, **variables}, capture_output=True, text=True, timeout=SECONDS
            )
            assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
            return done.stdout

        yield start


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str, Any], str]:
    """Write a client's file as JSON and return its path."""

    def write(name: str, content: Any) -> str:
        (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
        return str(tmp_path / name)

    return write


@pytest.fixture
def config() -> dict[str, Any]:
    """What both Python clients call a connection: an app, its refresh token, and where time begins."""
    return {
        "client_id": KNOWN.consumer_key,
        "client_secret": KNOWN.consumer_secret,
        "refresh_token": KNOWN.refresh_token,
        "start_date": "2015-01-01T00:00:00Z",
    }


@pytest.fixture
def asked(sandbox: Sandbox) -> Callable[[], list[str]]:
    """Return the paths that Salesforce was asked for."""

    def paths() -> list[str]:
        reply = requests.get(f"{sandbox.salesforce_url}/__sandbox__/requests", verify=str(sandbox.ca), timeout=20)
        return [f"{each['method']} {each['path']}" for each in reply.json()]

    return paths
