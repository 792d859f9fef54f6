"""The DAGs that Airflow sees."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from salesforce_daktela.airflow.sync_dags.reconcile import build_reconcile_dag
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.steps.run.fingerprint import sync_fingerprint
from salesforce_daktela.sync.request import TRIGGERED

if TYPE_CHECKING:
    from tests.airflow.releases import DagBag

PROJECT = Path(__file__).resolve().parents[2]
SHIPPED = PROJECT / "include" / "mappings" / "default"

pytestmark = [pytest.mark.usefixtures("airflow_database"), pytest.mark.filterwarnings("ignore")]


def load_dags(monkeypatch: pytest.MonkeyPatch, mappings: Path) -> DagBag:
    monkeypatch.setenv("AIRFLOW__SALESFORCE_DAKTELA__MAPPINGS_FOLDER", str(mappings))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from tests.airflow.releases import DagBag

        return DagBag(dag_folder=str(PROJECT / "dags"))


def test_the_shipped_mappings_make_three_dags(monkeypatch: pytest.MonkeyPatch) -> None:
    """Preflight, then six tasks for each mapping, without import errors and without any connection defined."""
    bag = load_dags(monkeypatch, SHIPPED.parent)
    assert bag.import_errors == {}
    assert sorted(bag.dags) == ["plan__default", "reconcile__default", "salesforce_to_daktela__default"]
    tasks = bag.dags["salesforce_to_daktela__default"].task_ids
    steps = ("extract", "transform", "plan", "approve", "load", "settle")
    mappings = ("accounts", "contacts", "leads", "opportunities")
    assert sorted(tasks) == sorted(["preflight", *(f"{mapping}.{step}" for mapping in mappings for step in steps)])


def test_parents_are_loaded_before_children(monkeypatch: pytest.MonkeyPatch) -> None:
    """Contacts refer to accounts, leads become contacts; reading and mapping need not wait."""
    dag = load_dags(monkeypatch, SHIPPED.parent).dags["salesforce_to_daktela__default"]
    assert dag.get_task("contacts.plan").upstream_task_ids == {"contacts.transform", "accounts.load"}
    assert dag.get_task("contacts.load").upstream_task_ids == {"contacts.transform", "contacts.approve"}
    assert dag.get_task("leads.plan").upstream_task_ids == {"leads.transform", "contacts.load"}
    assert dag.get_task("contacts.extract").upstream_task_ids == {"preflight"}


def test_every_task_has_retries_and_the_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mapped tasks too: they take defaults from the DAG only."""
    dag = load_dags(monkeypatch, SHIPPED.parent).dags["salesforce_to_daktela__default"]
    assert {task.retries for task in dag.tasks} == {4}
    assert dag.max_active_runs == 1
    assert dag.catchup is False


def test_two_folders_make_independent_dags(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A mistake in one sync is an import error that names file and line; the other goes on."""
    for name in ("north", "south"):
        shutil.copytree(SHIPPED, tmp_path / name)
    broken = tmp_path / "south" / "accounts.yaml"
    broken.write_text(broken.read_text().replace("title:", "titel:"))
    bag = load_dags(monkeypatch, tmp_path)
    assert sorted(bag.dags) == ["plan__north", "reconcile__north", "salesforce_to_daktela__north"]
    ((file, text),) = bag.import_errors.items()
    assert Path(file).name == "salesforce_to_daktela_problems.py"
    assert "south/accounts.yaml:6: fields.titel: accounts have no field titel: did you mean title?" in text


def test_syncs_and_mappings_may_be_named_as_dags_and_tasks_are(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """All but a DAG's first task: the loader refuses that name."""
    names = ("extract", "transform", "plan", "approve", "load", "settle", "compare", "repair", "report")
    written = (SHIPPED / "accounts.yaml").read_text()
    for sync in ("a", "reconcile__a", "plan__a"):
        (tmp_path / sync).mkdir()
        (tmp_path / sync / "sync.yaml").write_text(f"mappings: [{', '.join(names)}]\n")
        for name in names:
            own = written.replace('"sf_account_{Id}"', f'"sf_{name}_{{Id}}"')
            (tmp_path / sync / f"{name}.yaml").write_text(own)
    bag = load_dags(monkeypatch, tmp_path)
    assert bag.import_errors == {}
    assert len(bag.dags) == 9
    assert "settle.settle" in bag.dags["salesforce_to_daktela__reconcile__a"].task_ids


def test_what_airflow_refuses_in_one_sync_leaves_the_others_their_dags(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whatever is raised while the DAG of one sync is built is told under that sync's file."""
    for name in ("north", "south"):
        shutil.copytree(SHIPPED, tmp_path / name)

    def refusing(spec: SyncSpec) -> object:
        if spec.name == "south":
            raise ValueError("no such timetable")
        return build_reconcile_dag(spec)

    monkeypatch.setattr("salesforce_daktela.airflow.sync_dags.loading.build_reconcile_dag", refusing)
    bag = load_dags(monkeypatch, tmp_path)
    assert sorted(bag.dags) == ["plan__north", "reconcile__north", "salesforce_to_daktela__north"]
    (text,) = bag.import_errors.values()
    assert "south/sync.yaml: Airflow makes no DAG of it: ValueError('no such timetable')" in text


@pytest.mark.parametrize("line", ["values: {null: x}", "transforms: [{values: {~: x}}]"])
def test_an_empty_key_in_one_syncs_table_leaves_the_others_their_dags(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, line: str
) -> None:
    """It is named with its line."""
    for name in ("north", "south"):
        shutil.copytree(SHIPPED, tmp_path / name)
    broken = tmp_path / "south" / "accounts.yaml"
    broken.write_text(broken.read_text().replace("fields:\n", f"fields:\n  customFields.x: {{from: Name, {line}}}\n"))
    bag = load_dags(monkeypatch, tmp_path)
    assert sorted(bag.dags) == ["plan__north", "reconcile__north", "salesforce_to_daktela__north"]
    (text,) = bag.import_errors.values()
    assert "south/accounts.yaml:" in text
    assert "a table cannot have an entry for empty values" in text


def test_a_missing_mappings_folder_is_an_import_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It names the setting and what to do."""
    bag = load_dags(monkeypatch, tmp_path / "nowhere")
    (text,) = bag.import_errors.values()
    assert f"[salesforce_daktela] mappings_folder: there is no folder {tmp_path / 'nowhere'}" in text


def test_the_schedule_gives_runs_a_data_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plain cron string would give none, and a backfill needs one."""
    dag = load_dags(monkeypatch, SHIPPED.parent).dags["salesforce_to_daktela__default"]
    assert type(dag.timetable).__name__ == "CronDataIntervalTimetable"


def test_the_trigger_form_refuses_what_it_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    """Modes are a list to choose from."""
    dag = load_dags(monkeypatch, SHIPPED.parent).dags["salesforce_to_daktela__default"]
    assert dag.params.get_param("mode").schema["enum"] == [mode.value for mode in TRIGGERED]
    assert set(dag.params) == {"mode", "since", "until", "ids", "mappings", "codes"}


def test_reading_the_dag_file_loads_no_heavy_library() -> None:
    """Each task process reads it first; most tasks need neither Arrow nor pandas nor Salesforce's stock hook.

    Airflow 3.1 itself loads what reads phone numbers.
    """
    program = """
import sys
import airflow
alone = set(sys.modules)
import salesforce_daktela.airflow.sync_dags.loading as loading
loading.build_dags("")
print(*(set(sys.modules) - alone))
"""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT / "plugins")}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)
    loaded = set(done.stdout.split())
    assert "salesforce_daktela.airflow.operators.preflight" in loaded
    heavy = {"pandas", "numpy", "pyarrow", "phonenumbers", "email_validator", "simple_salesforce"}
    assert loaded.isdisjoint({*heavy, "salesforce_daktela.daktela.client"})


def test_parts_in_a_folder_load_no_library_of_another_storage() -> None:
    """Airflow would import the file systems of all its providers; every task opens the folder."""
    program = """
import sys
from salesforce_daktela.airflow.settings import open_staging
assert open_staging().local
print(*sys.modules)
"""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT / "plugins")}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)
    assert set(done.stdout.split()).isdisjoint({"boto3", "botocore", "s3fs"})


@pytest.mark.parametrize(
    ("task", "step"),
    [
        ("preflight", "tick.begin"),
        ("contacts.extract", "extract.extractor"),
        ("contacts.transform", "transform.part"),
        ("contacts.plan", "plan.planner"),
        ("contacts.load", "load.loader"),
    ],
)
def test_no_task_loads_pandas(task: str, step: str) -> None:
    """It takes half a second and 40 MiB. Arrow would import it for the first value that it converts."""
    program = f"""
import importlib, sys
from salesforce_daktela.airflow.sync_dags.loading import build_dags
task = next(dag for dag in build_dags("") if dag.dag_id == "salesforce_to_daktela__default").get_task("{task}")
operator = getattr(task, "operator_class", type(task))
operator.pre_execute(operator, {{}})
importlib.import_module("salesforce_daktela.steps.{step}")
import pyarrow
assert pyarrow.array(["a", None]).to_pylist() == ["a", None]
print("pandas" in sys.modules)
"""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT / "plugins")}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.splitlines()[-1] == "False"


def test_a_mapping_without_changes_starts_no_process_to_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scheduler skips plan, and approve with it, when neither a part nor a parent's load has succeeded."""
    dag = load_dags(monkeypatch, SHIPPED.parent).dags["salesforce_to_daktela__default"]
    assert dag.get_task("contacts.plan").trigger_rule == "none_failed_min_one_success"
    assert dag.get_task("contacts.approve").trigger_rule == "all_success"


def test_a_dag_names_the_files_it_was_made_from(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its description ends with their fingerprint; a remark changes nothing."""
    from salesforce_daktela.airflow.dag_mark import deployed_fingerprint

    def deployed() -> str | None:
        return deployed_fingerprint(load_dags(monkeypatch, tmp_path).dags["salesforce_to_daktela__north"].description)

    shutil.copytree(SHIPPED, tmp_path / "north")
    contacts = tmp_path / "north" / "contacts.yaml"
    before = deployed()
    contacts.write_text(f"# a remark\n{contacts.read_text()}")
    assert deployed() == before == sync_fingerprint(load_sync(tmp_path / "north"))
    contacts.write_text(contacts.read_text().replace("on_delete: keep", "on_delete: delete"))
    assert deployed() not in (None, before)
    assert deployed_fingerprint("Salesforce to Daktela, CRM database sales") is None
