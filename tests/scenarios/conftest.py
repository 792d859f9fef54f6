"""A sandbox and a miniature deployment for each scenario."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import fsspec
import pytest

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.wire.connection import DaktelaSettings
from salesforce_daktela.daktela.wire.limiter import AdaptiveLimiter
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.wire.credentials import SalesforceCredentials
from salesforce_daktela.staging.store import PartStore
from sandbox.server import HOST_NAMES
from sandbox.testing import Sandbox, start_sandbox
from tests.databases import SQLITE_AND_POSTGRESQL, address_of, postgresql
from tests.scenarios.scenario_runner import Runner, rewrite
from tests.virtual_time import length

__all__ = ["postgresql"]

PROJECT = Path(__file__).resolve().parents[2]
FAST = "limits: {requests_per_second: 1000, workers: 8, lag: 0s}"


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """Both servers with a handful of records."""
    with start_sandbox(tmp_path / "sandbox", size="tiny") as started:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(started.ca))
        yield started


ON_BOTH = (
    "test_runs",
    "test_outcomes",
    "test_departures",
    "test_concurrency",
    "test_restored_ledger",
    "test_former_ledgers",
)
"""Modules whose scenarios also run with their ledger on PostgreSQL."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Choose the databases for a scenario's ledger."""
    if "ledger_url" in metafunc.fixturenames and metafunc.module.__name__.rpartition(".")[2] in ON_BOTH:
        metafunc.parametrize("ledger_url", SQLITE_AND_POSTGRESQL, indirect=True)


@pytest.fixture
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where the ledger lies."""
    with address_of(request, tmp_path) as address:
        yield address


@pytest.fixture
def runner(sandbox: Sandbox, tmp_path: Path, ledger_url: str) -> Iterator[Runner]:
    """The shipped mappings against the sandbox, at the sandbox's pace and with an empty ledger."""
    folder = tmp_path / "mappings" / "default"
    shutil.copytree(PROJECT / "include" / "mappings" / "default", folder)
    rewrite(folder / "sync.yaml", "limits: {requests_per_second: 10, workers: 4, reserve_api_calls: 20%}", FAST)
    deployed = deploy(folder, sandbox, tmp_path, url=ledger_url)
    yield deployed
    deployed.ledger.close()


def deploy(
    folder: Path, sandbox: Sandbox, home: Path, limiter: AdaptiveLimiter | None = None, *, url: str | None = None
) -> Runner:
    """A deployment of one sync folder; without a limiter of its own it waits for nobody."""
    described = sandbox.description()
    salesforce, daktela = described["salesforce"], described["daktela"]
    ledger = Ledger.open(url or f"sqlite:///{home / 'ledger.db'}")
    ledger.upgrade()
    names = ("username", "password", "security_token", "consumer_key", "consumer_secret")
    credentials = SalesforceCredentials(
        instance_uri=salesforce["url"],
        trusted_hosts=HOST_NAMES,
        **{name: salesforce[name] for name in names},
    )
    settings = DaktelaSettings(url=daktela["url"], token=daktela["token"])
    return Runner(
        folder=folder,
        salesforce=SalesforceClient(credentials, sleep=lambda _: None),
        daktela=DaktelaClient(settings, limiter=limiter or hurried_limiter(), sleep=lambda _: None),
        ledger=ledger,
        store=PartStore(fsspec.filesystem("file"), str(home / "staging")),
    )


def hurried_limiter() -> AdaptiveLimiter:
    """A limiter on a clock that jumps instead of sleeping."""
    jumped = [0.0]

    def sleep(seconds: float) -> None:
        jumped[0] += length(seconds)

    return AdaptiveLimiter(1000, 8, clock=lambda: time.monotonic() + jumped[0], sleep=sleep)


@pytest.fixture
def before_now() -> datetime:
    """A moment inside the overlap: a change stamped then is seen by the next run without waiting for the clock."""
    return datetime.now(UTC) - timedelta(minutes=1)


@pytest.fixture
def lists(sandbox: Sandbox, tmp_path: Path) -> Iterator[Runner]:
    """The example sync with an empty ledger, loaded once."""
    folder = tmp_path / "mappings" / "dial_lists"
    shutil.copytree(PROJECT / "include" / "mappings" / "examples" / "dial_lists", folder)
    rewrite(folder / "sync.yaml", "limits: {requests_per_second: 10, workers: 4, reserve_api_calls: 20%}", FAST)
    runner = deploy(folder, sandbox, tmp_path)
    runner.run()
    yield runner
    runner.ledger.close()
