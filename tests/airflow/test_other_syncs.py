"""Preflight of one sync deletes what others have left in staging: paused ones, and those without a folder."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.airflow.stepping import SteppedRun
from tests.airflow.test_dags import load_dags
from tests.airflow.test_reconcile_dag import runner, sandbox
from tests.scenarios.scenario_runner import Runner, rewrite

__all__ = ["runner", "sandbox"]

pytestmark = [pytest.mark.usefixtures("airflow_database"), pytest.mark.filterwarnings("ignore")]

WEEK = timedelta(days=7)
DAY = timedelta(days=1)


def leave(runner: Runner, sync: str, written: timedelta) -> None:
    """A part of which no checkpoint knows, as a killed process leaves it."""
    path = f"{runner.store.base}/{sync}/run-1/contacts/e1/rows-00000.parquet"
    runner.store.filesystem.makedirs(path.rpartition("/")[0], exist_ok=True)
    runner.store.filesystem.pipe_file(path, b"values")
    moment = (datetime.now(UTC) - written).timestamp()
    os.utime(path, (moment, moment))


def test_preflight_deletes_old_parts_of_every_sync_and_no_young_ones(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that is gone, one whose files are wrong, a paused one, and one that runs now somewhere else."""
    shutil.copytree(runner.folder, runner.folder.parent / "paused")
    shutil.copytree(runner.folder, runner.folder.parent / "broken")
    rewrite(runner.folder.parent / "broken" / "sync.yaml", "retain: 2d", "retain: for ever")
    for sync in ("gone", "paused", "broken"):
        leave(runner, sync, WEEK + DAY)
    leave(runner, "elsewhere", WEEK - DAY)
    run = SteppedRun(load_dags(monkeypatch, runner.folder.parent).dags["salesforce_to_daktela__default"], "run-9", {})
    run.carry_out(["preflight"])
    assert run.raised == {}
    left = {sync: runner.store.list_files(sync) != [] for sync in ("gone", "paused", "broken", "elsewhere", "default")}
    assert left == {"gone": False, "paused": False, "broken": False, "elsewhere": True, "default": True}


def test_preflight_deletes_old_parts_where_the_setting_was_before(
    runner: Runner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nobody looks into the former folder any more, and the records' values would stay there for ever."""
    dag = load_dags(monkeypatch, runner.folder.parent).dags["salesforce_to_daktela__default"]
    SteppedRun(dag, "run-9", {}).carry_out(["preflight"])
    leave(runner, "paused", WEEK + DAY)
    monkeypatch.setenv("AIRFLOW__SALESFORCE_DAKTELA__STAGING_PATH", str(tmp_path / "elsewhere"))
    run = SteppedRun(dag, "run-10", {})
    run.carry_out(["preflight"])
    assert run.raised == {}
    assert runner.store.list_files("paused") == []
