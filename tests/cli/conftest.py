"""The program over a sandbox, without Airflow."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from salesforce_daktela.cli.app import app
from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.staging.store import PartStore
from sandbox.testing import Sandbox, start_sandbox
from tests.scenarios.conftest import FAST, PROJECT, deploy
from tests.scenarios.scenario_runner import Runner, rewrite


@dataclass(slots=True, kw_only=True)
class DeployedEnvironment:
    """The environment of a deployment in miniature."""

    runner: Runner

    def mappings_folder(self) -> Path:
        """Beside the ledger."""
        return self.runner.folder.parent

    def transforms_folder(self) -> Path:
        """None of its own."""
        return self.runner.folder.parent.parent / "transforms"

    def salesforce(self, conn_id: str) -> SalesforceClient:
        """The sandbox's org."""
        return self.runner.salesforce

    def daktela(self, spec: SyncSpec) -> DaktelaClient:
        """The sandbox's instance."""
        return self.runner.daktela

    def daktela_database(self, conn_id: str) -> str | None:
        """Its one database."""
        return "sales"

    def ledger(self) -> Ledger:
        """The deployment's ledger."""
        return self.runner.ledger

    def staging(self) -> PartStore:
        """The deployment's parts."""
        return self.runner.store

    def former_staging(self) -> list[PartStore]:
        """None: the setting was never changed."""
        return []

    def kept_runs(self, run: str) -> list[str]:
        """As those of Airflow are kept."""
        return [run, f"reconcile__{run}"]


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """Both servers with a handful of records."""
    with start_sandbox(tmp_path / "sandbox", size="tiny") as started:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(started.ca))
        yield started


@pytest.fixture
def runner(sandbox: Sandbox, tmp_path: Path) -> Runner:
    """The shipped mappings with an empty ledger."""
    folder = tmp_path / "mappings" / "default"
    shutil.copytree(PROJECT / "include" / "mappings" / "default", folder)
    rewrite(folder / "sync.yaml", "limits: {requests_per_second: 10, workers: 4, reserve_api_calls: 20%}", FAST)
    return deploy(folder, sandbox, tmp_path)


Terminal = Callable[..., Result]


@pytest.fixture
def terminal(runner: Runner) -> Terminal:
    """Return a function that types a command line, and ``answers`` to what it asks."""

    def typed(*words: str, answers: str | None = None) -> Result:
        return CliRunner().invoke(app, list(words), obj=lambda: DeployedEnvironment(runner=runner), input=answers)

    return typed


def answer(result: Result, code: int = 0) -> Any:
    """The JSON on stdout, after the exit code was the expected one."""
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)
