"""Files of a sync change while one of its runs is under way."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from airflow.dag_processing.collection import update_dag_parsing_results_in_db
from airflow.models.dag import DagModel
from airflow.models.dagbundle import DagBundleModel
from airflow.sdk import DAG
from airflow.serialization.serialized_objects import LazyDeserializedDAG
from airflow.utils.session import create_session
from sqlalchemy import select
from sqlalchemy.orm import Session

from salesforce_daktela.airflow.sync_dags.loading import problems
from sandbox.testing import Sandbox
from tests.airflow.releases import DagBag
from tests.airflow.stepping import SteppedRun, orders
from tests.airflow.test_dags import load_dags
from tests.airflow.test_reconcile_dag import runner, sandbox
from tests.scenarios.scenario_runner import Runner, rewrite

__all__ = ["runner", "sandbox"]

pytestmark = [pytest.mark.usefixtures("airflow_database"), pytest.mark.filterwarnings("ignore")]

DAGS = ("salesforce_to_daktela__default", "reconcile__default")
ALL = {*DAGS, "plan__default"}
MAPPINGS = ("accounts", "contacts", "leads", "opportunities")
OWN = """def whisper(value: str) -> str:
    return value.lower()
"""


def edit(folder: Path) -> None:
    rewrite(folder / "contacts.yaml", "transforms: [whisper]", "transforms: [upper]")


def forget(folder: Path) -> None:
    (folder / "leads.yaml").unlink()


def spoil(folder: Path) -> None:
    (folder / "sync.yaml").write_text("mappings: [\n")


def spoil_code(folder: Path) -> None:
    (folder.parents[1] / "transforms" / "own.py").write_text("def whisper(:\n")


def change_code(folder: Path) -> None:
    (folder.parents[1] / "transforms" / "own.py").write_text(OWN.replace("lower", "upper"))


def remove_code(folder: Path) -> None:
    shutil.rmtree(folder.parents[1] / "transforms")


def edges(dag: DAG) -> dict[str, set[str]]:
    return {task.task_id: set(task.upstream_task_ids) for task in dag.tasks}


@pytest.fixture
def deployed(runner: Runner, sandbox: Sandbox) -> Path:
    """A sync whose contacts go through a transform of the project's own, and one contact that has changed."""
    transforms = runner.folder.parents[1] / "transforms"
    transforms.mkdir(exist_ok=True)
    (transforms / "own.py").write_text(OWN)
    rewrite(runner.folder / "contacts.yaml", "FirstName, transforms: [trim]", "FirstName, transforms: [whisper]")
    # A run of the comparing DAG looks only at what was committed too late for any window.
    late = datetime.now(UTC) - timedelta(days=2)
    sandbox.salesforce.records.create(
        "Contact", {"FirstName": "Šepot", "LastName": "Tichá", "Email": "ticha@example.com"}, at=late
    )
    return runner.folder


def first_names(sandbox: Sandbox) -> set[str]:
    """What Daktela holds of that contact, by whatever mapping."""
    return {
        str(record.values["firstname"])
        for record in sandbox.daktela.records("contacts")
        if record.values["lastname"] == "Tichá"
    }


def take_in(session: Session, bag: DagBag) -> None:
    """What Airflow's DAG processor does when it has read all files of a bundle."""
    session.merge(DagBundleModel(name="dags"))
    session.flush()
    dags = [LazyDeserializedDAG.from_dag(dag) for dag in bag.dags.values()]
    errors = {("dags", file): text for file, text in bag.import_errors.items()}
    update_dag_parsing_results_in_db("dags", None, dags, errors, None, set(), session)
    # Airflow reads the next time in a session that remembers nothing.
    session.flush()
    session.expire_all()


def stale_dags(session: Session) -> dict[str, bool]:
    rows = session.execute(select(DagModel.dag_id, DagModel.is_stale).where(DagModel.dag_id.in_(ALL)))
    return {row.dag_id: row.is_stale for row in rows}


@pytest.mark.parametrize("change", [edit, forget, spoil, spoil_code, change_code, remove_code])
@pytest.mark.parametrize("dag", DAGS)
def test_a_run_goes_on_as_it_began(
    deployed: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None], dag: str
) -> None:
    """Whatever is edited, deleted or broken after preflight; a task process still finds its DAG."""
    run = SteppedRun(
        load_dags(monkeypatch, deployed.parent).dags[dag], "run-1", {"repair": True} if "rec" in dag else {}
    )
    order = next(orders(run.dag, count=2, seed=0))
    run.carry_out(order[:1])
    change(deployed)
    seen = load_dags(monkeypatch, deployed.parent).dags
    assert set(seen) == ALL
    assert edges(seen[dag]) == edges(run.dag)
    run.carry_out(order[1:])
    assert run.raised == {}
    assert first_names(sandbox) == {"šepot"}


def test_the_next_run_takes_the_files_as_they_are(
    deployed: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Preflight of a run fails at once while they are wrong, and the DAG stays to show it."""
    first = SteppedRun(load_dags(monkeypatch, deployed.parent).dags[DAGS[0]], "run-1", {})
    order = next(orders(first.dag, count=2, seed=0))
    first.carry_out(order)
    change_code(deployed)
    second = SteppedRun(first.dag, "run-2", {})
    second.carry_out(order)
    assert (first.raised, second.raised) == ({}, {})
    assert first_names(sandbox) == {"ŠEPOT"}
    spoil(deployed)
    assert len(problems("")) == 1
    third = SteppedRun(load_dags(monkeypatch, deployed.parent).dags[DAGS[0]], "run-3", {})
    third.carry_out(order)
    assert "sync.yaml:" in str(third.raised["preflight"])
    assert third.states["contacts.settle"] == "failed"


def test_a_run_that_is_read_again_takes_back_no_later_mapping(
    deployed: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cleared from extract on, a mapping goes by the former files; from preflight on it takes the new ones."""
    first = SteppedRun(load_dags(monkeypatch, deployed.parent).dags[DAGS[0]], "run-1", {"mode": "full"})
    order = next(orders(first.dag, count=2, seed=0))
    first.carry_out(order)
    edit(deployed)
    SteppedRun(first.dag, "run-2", {}).carry_out(order)
    assert first_names(sandbox) == {"ŠEPOT"}
    first.carry_out(first.clear("contacts.extract"))
    assert "a later run has loaded this mapping by other files" in str(first.raised["contacts.extract"])
    assert (first.states["contacts.settle"], first_names(sandbox)) == ("failed", {"ŠEPOT"})
    first.carry_out(first.clear("accounts.extract"))
    assert first.states["accounts.settle"] == "success"
    first.clear_all()
    first.carry_out(order)
    assert (first.states["contacts.settle"], first_names(sandbox)) == ("success", {"ŠEPOT"})


def test_a_repair_that_was_agreed_to_late_takes_back_no_later_mapping(
    deployed: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it waits for its answer, runs of the other DAG go on, and one of them has read every record."""
    bag = load_dags(monkeypatch, deployed.parent)
    repairing = SteppedRun(bag.dags[DAGS[1]], "run-1", {"repair": True})
    order = [task.task_id for task in repairing.dag.topological_sort()]
    asked = order.index("contacts.approve")
    repairing.carry_out(order[: asked + 1])
    edit(deployed)
    loading = SteppedRun(bag.dags[DAGS[0]], "run-2", {})
    loading.carry_out(next(orders(loading.dag, count=2, seed=0)))
    assert first_names(sandbox) == {"ŠEPOT"}
    repairing.carry_out(order[asked + 1 :])
    assert "a later run has loaded this mapping by other files" in str(repairing.raised["contacts.repair"])
    assert first_names(sandbox) == {"ŠEPOT"}


def test_a_missing_mappings_folder_takes_no_dag_away(deployed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """None of a sync that has run, whose run goes on; an empty folder has no sync."""
    mappings = deployed.parent
    shutil.copytree(deployed, mappings / "fresh")
    run = SteppedRun(load_dags(monkeypatch, mappings).dags[DAGS[0]], "run-1", {})
    order = next(orders(run.dag, count=2, seed=0))
    run.carry_out(order[:1])
    away = mappings.rename(mappings.with_name("away"))
    bag = load_dags(monkeypatch, mappings)
    assert set(bag.dags) == ALL
    assert edges(bag.dags[DAGS[0]]) == edges(run.dag)
    assert f"there is no folder {mappings}" in "".join(bag.import_errors.values())
    assert set(load_dags(monkeypatch, mappings.with_name("another")).dags) == set()
    run.carry_out(order[1:])
    assert run.raised == {}
    mappings.mkdir()
    assert set(load_dags(monkeypatch, mappings).dags) == set()
    mappings.rmdir()
    away.rename(mappings)
    assert len(load_dags(monkeypatch, mappings).dags) == 2 * len(ALL)


def test_airflow_keeps_the_dags_while_the_mappings_folder_is_missing(
    deployed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A DAG file that raised instead would lose all of them at once."""
    SteppedRun(load_dags(monkeypatch, deployed.parent).dags[DAGS[0]], "run-1", {}).carry_out(["preflight"])
    present = load_dags(monkeypatch, deployed.parent)
    deployed.parent.rename(deployed.parent.with_name("away"))
    missing, raising = (load_dags(monkeypatch, deployed.parent) for _ in range(2))
    raising.import_errors = {str(raising.dags[DAGS[0]].relative_fileloc): "ConfigurationError"}
    raising.dags.clear()
    with create_session() as session:
        for bag, stale in ((present, False), (missing, False), (raising, True)):
            take_in(session, bag)
            assert stale_dags(session) == dict.fromkeys(ALL, stale)
        session.rollback()


def test_a_broken_sync_that_never_ran_has_no_dag(monkeypatch: pytest.MonkeyPatch, deployed: Path) -> None:
    """There is nothing to keep; the others stay."""
    shutil.copytree(deployed, deployed.parent / "fresh")
    spoil(deployed.parent / "fresh")
    bag = load_dags(monkeypatch, deployed.parent)
    assert set(bag.dags) == ALL
    assert "fresh/sync.yaml" in "".join(bag.import_errors.values())


def test_preflight_says_which_mapping_the_run_uses(
    deployed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The beginning of the version under which the ledger keeps the texts; another after an edit, the same without."""
    dag = load_dags(monkeypatch, deployed.parent).dags[DAGS[0]]

    def told(run_id: str) -> str:
        capsys.readouterr()
        run = SteppedRun(dag, run_id, {})
        run.carry_out(["preflight"])
        (version,) = re.findall(
            r"this run uses mapping (\w{12}) to its end; changed files apply to later runs", capsys.readouterr().out
        )
        assert run.left["preflight", "return_value"]["carried"].startswith(version)
        return str(version)

    before = told("run-1")
    assert told("run-2") == before
    edit(deployed)
    assert told("run-3") != before
