"""The pages between the two systems of a sandbox, with Airflow's connections to them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import Response

from sandbox.server import HOST_NAMES
from sandbox.testing import Sandbox, start_sandbox
from tests.ui.conftest import Ask

SCRIPT: Mapping[str, str] = {"Sec-Fetch-Dest": "empty"}
BASE = "/syncs/sales"
CONTACTS = f"{BASE}/map/contacts"

Fetch = Callable[..., Response]


@pytest.fixture(scope="module")
def sandbox(server: FastAPI, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:  # noqa: ARG001 first
    """Both systems with a handful of records, behind the usual connections."""
    from salesforce_daktela.ui import outside

    with start_sandbox(tmp_path_factory.mktemp("sandbox")) as started, pytest.MonkeyPatch.context() as patched:
        patched.setenv("REQUESTS_CA_BUNDLE", str(started.ca))
        patched.setenv("AIRFLOW__SALESFORCE_DAKTELA__TRUSTED_HOSTS", ",".join(HOST_NAMES))
        described = started.description()
        org, daktela = described["salesforce"], described["daktela"]
        extra = {name: org[name] for name in ("security_token", "consumer_key", "consumer_secret")}
        salesforce = {"conn_type": "salesforce", "host": org["url"], "login": org["username"]}
        patched.setenv(
            "AIRFLOW_CONN_SALESFORCE_DEFAULT", json.dumps({**salesforce, "password": org["password"], "extra": extra})
        )
        instance = {"conn_type": "daktela", "host": daktela["url"], "password": daktela["token"]}
        patched.setenv("AIRFLOW_CONN_DAKTELA_DEFAULT", json.dumps(instance))
        yield started
        for conn_id in ("salesforce_default", "daktela_default"):
            outside.forget_clients(conn_id)


@pytest.fixture
def sales(add_sync: Callable[[str], Path], sandbox: Sandbox) -> Path:  # noqa: ARG001 its connections
    """The shipped sync as the folder ``sales``."""
    return add_sync("sales")


@pytest.fixture
def fetch(ask: Ask) -> Fetch:
    """Asks as a page's script does, as a user who may edit DAGs."""

    def fetched(path: str, *, method: str = "GET", role: str = "user", **body: Any) -> Response:
        return ask(path, role=role, method=method, headers=SCRIPT, **body)

    return fetched
