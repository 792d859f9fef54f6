"""Preflight refuses what machines cannot share, under executors that may use several machines."""

from __future__ import annotations

from pathlib import Path

import fsspec
import pytest

from salesforce_daktela.airflow.spread import POD, check_shared, spreading_executor
from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.staging.store import PartStore
from tests.airflow.stepping import SteppedRun
from tests.airflow.test_dags import load_dags
from tests.airflow.test_reconcile_dag import runner, sandbox
from tests.scenarios.scenario_runner import Runner

__all__ = ["runner", "sandbox"]

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.mark.parametrize(
    ("configured", "found"),
    [
        ("LocalExecutor", ""),
        ("airflow.executors.local_executor.LocalExecutor", ""),
        ("CeleryExecutor", "CeleryExecutor"),
        ("KubernetesExecutor", "KubernetesExecutor"),
        ("LocalExecutor,CeleryExecutor", "CeleryExecutor"),
        ("LocalExecutor;billing=CeleryExecutor", "CeleryExecutor"),
        ("LocalExecutor, edge:airflow.providers.edge3.executors.EdgeExecutor", "EdgeExecutor"),
        ("CeleryExecutor:fast,LocalExecutor:here", "CeleryExecutor"),
        ("acme.executors.Grid", "Grid"),
    ],
)
def test_any_executor_but_a_local_one_may_use_several_machines(
    configured: str, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In every form that Airflow takes: several, with aliases, for teams, by their class."""
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", configured)
    assert spreading_executor() == found


def test_a_pod_of_the_kubernetes_executor_knows_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pods are often told LocalExecutor, because each of them runs one task."""
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "LocalExecutor")
    monkeypatch.setenv(POD, "True")
    assert spreading_executor() == "KubernetesExecutor"


def test_both_mistakes_are_told_at_once_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line names its setting, the executor and the way out."""
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor")
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}")
    with pytest.raises(ConfigurationError) as caught:
        check_shared(ledger, PartStore(fsspec.filesystem("file"), "/parts"))
    first, second = str(caught.value).splitlines()
    assert first == (
        "[salesforce_daktela] ledger_conn_id: the ledger is a SQLite file, and under CeleryExecutor each machine would "
        "have its own: name a connection of type postgres"
    )
    assert second.startswith("[salesforce_daktela] staging_path: /parts is a folder, and under CeleryExecutor a task")
    assert second.endswith(
        "mounted this folder from a shared file system, set [salesforce_daktela] staging_shared = True"
    )


def test_a_shared_folder_and_an_object_storage_are_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left to say is about the ledger: a file is never shared by machines."""
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor")
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}")
    with pytest.raises(ConfigurationError) as caught:
        check_shared(ledger, PartStore(fsspec.filesystem("memory"), "/parts"))
    assert "staging_path" not in str(caught.value)
    monkeypatch.setenv("AIRFLOW__SALESFORCE_DAKTELA__STAGING_SHARED", "True")
    with pytest.raises(ConfigurationError) as caught:
        check_shared(ledger, PartStore(fsspec.filesystem("file"), "/parts"))
    assert "staging_path" not in str(caught.value)


@pytest.mark.usefixtures("airflow_database")
def test_preflight_ends_before_it_touches_either_system(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run fails at once, and no ledger is made."""
    dag = load_dags(monkeypatch, runner.folder.parent).dags["salesforce_to_daktela__default"]
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor")
    run = SteppedRun(dag, "run-1", {})
    run.carry_out(["preflight"])
    assert "the ledger is a SQLite file" in str(run.raised["preflight"])
    left = run.left["preflight", "failure"]
    assert left["kind"] == "ConfigurationError"
    assert "the ledger is a SQLite file" in left["what"]
