"""DAG files of one line, and the mappings that belong to them."""

from __future__ import annotations

import shutil
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from salesforce_daktela.airflow.settings import PROJECT, mappings_folder, transforms_folder
from salesforce_daktela.airflow.sync_dags.loading import build_dags, problems
from tests.airflow.test_dags import SHIPPED

if TYPE_CHECKING:
    from tests.airflow.releases import DagBag

pytestmark = [pytest.mark.usefixtures("airflow_database"), pytest.mark.filterwarnings("ignore")]

NORTH = ["plan__north", "reconcile__north", "salesforce_to_daktela__north"]
SETTING = "AIRFLOW__SALESFORCE_DAKTELA__MAPPINGS_FOLDER"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A team's own repository: two DAG files of one line, and mappings beside their folder."""
    monkeypatch.delenv(SETTING, raising=False)
    (tmp_path / "dags" / "crm").mkdir(parents=True)
    (tmp_path / "dags" / "crm" / "syncs.py").write_text("from salesforce_daktela.airflow import dags\n")
    (tmp_path / "dags" / "crm" / "mistakes.py").write_text("from salesforce_daktela.airflow import dag_problems\n")
    shutil.copytree(SHIPPED, tmp_path / "include" / "mappings" / "north")
    return tmp_path


def read(repository: Path, file: str = "") -> DagBag:
    """What Airflow finds; it passes by files in which it does not see that they may hold DAGs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from tests.airflow.releases import DagBag

        return DagBag(dag_folder=str(repository / "dags" / file), safe_mode=True)


def test_one_line_gives_the_dags_of_every_sync(repository: Path) -> None:
    """Each time that the file is read, also in one process."""
    for _ in range(2):
        bag = read(repository)
        assert bag.import_errors == {}
        assert sorted(bag.dags) == NORTH
        assert {Path(dag.fileloc).name for dag in bag.dags.values()} == {"syncs.py"}


@pytest.mark.parametrize("of", NORTH)
def test_the_process_of_a_task_builds_the_dag_of_the_task_alone(
    repository: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, of: str
) -> None:
    """Other syncs are not read, so a task starts as fast beside fifty of them as alone."""
    broken = shutil.copytree(SHIPPED, repository / "include" / "mappings" / "south")
    (broken / "sync.yaml").write_text("mappings: [\n")
    monkeypatch.setenv("AIRFLOW__SALESFORCE_DAKTELA__LEDGER_CONN_ID", "nowhere")
    assert sorted(read(repository, "crm/syncs.py").dags) == NORTH
    assert "the DAGs of sync south cannot be kept" in caplog.text
    caplog.clear()
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", of)
    assert sorted(read(repository, "crm/syncs.py").dags) == [of]
    assert "south" not in caplog.text


def test_the_process_of_a_task_of_another_dag_builds_none(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for a DAG of the team's own in the same file."""
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "nightly_export")
    assert sorted(read(repository).dags) == []


def test_another_line_shows_the_mistakes(repository: Path) -> None:
    """In a file of its own, so that the other syncs keep their DAGs."""
    broken = shutil.copytree(SHIPPED, repository / "include" / "mappings" / "south")
    (broken / "sync.yaml").write_text("mappings: [\n")
    bag = read(repository)
    assert sorted(bag.dags) == NORTH
    ((file, text),) = bag.import_errors.items()
    assert Path(file).name == "mistakes.py"
    assert "mappings of the Airflow DAGs" in text
    assert "south/sync.yaml:" in text


def test_mappings_are_those_nearest_above_the_dag_file(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the same version of a DAG bundle; the setting may name another place, by a whole path or from there."""
    file = str(repository / "dags" / "crm" / "syncs.py")
    assert mappings_folder(file) == repository / "include" / "mappings"
    assert transforms_folder(file) == repository / "include" / "transforms"
    (repository / "dags" / "crm" / "ours").mkdir()
    monkeypatch.setenv(SETTING, "ours")
    assert mappings_folder(file) == repository / "dags" / "crm" / "ours"
    monkeypatch.setenv(SETTING, str(repository / "elsewhere"))
    assert mappings_folder(file) == repository / "elsewhere"


def test_a_dag_file_without_mappings_uses_those_of_this_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a copy of ours in another DAG folder does, and the terminal."""
    monkeypatch.delenv(SETTING, raising=False)
    assert mappings_folder(str(tmp_path / "dags" / "syncs.py")) == PROJECT / "include" / "mappings"
    assert mappings_folder() == PROJECT / "include" / "mappings"


def test_an_installed_package_without_mappings_looks_for_them_in_the_home_of_airflow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has no project beside it."""
    from airflow.configuration import AIRFLOW_HOME

    monkeypatch.delenv(SETTING, raising=False)
    monkeypatch.setattr("salesforce_daktela.airflow.settings.PROJECT", tmp_path)
    assert mappings_folder() == Path(AIRFLOW_HOME) / "include" / "mappings"


def test_a_folder_that_may_not_be_looked_at_is_told_by_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Another user's: no other folder is read in its place, and whoever reads it gets a sentence."""
    closed = tmp_path / "include" / "mappings"
    look = Path.is_dir

    def is_dir(path: Path) -> bool:
        if path == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return look(path)

    monkeypatch.setattr(Path, "is_dir", is_dir)
    monkeypatch.delenv(SETTING, raising=False)
    file = str(tmp_path / "dags" / "syncs.py")
    assert mappings_folder(file) == closed
    assert (build_dags(file), len(problems(file))) == ([], 1)
    assert f"{closed} cannot be listed (PermissionError)" in problems(file)[0]
