"""A deployment to be shot at: LocalExecutor, PostgreSQL for Airflow and ledger, the sandbox on the other ends."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import certifi
import requests

from demo.airflow_api import AirflowApi
from demo.airflow_settings import PROGRAMS, USER, AirflowSettings
from demo.ports import usual_or_free
from demo.processes import Processes
from demo.sandbox_side import SandboxSide
from demo.stack import connections
from salesforce_daktela.ledger.ledger import Ledger
from sandbox.profile import Profile
from sandbox.testing import Sandbox, start_sandbox
from tests.attacks.killing.keeper import Keeper
from tests.postgresql import PostgreSQL, running_postgresql

PROJECT = Path(__file__).resolve().parents[3]
DAG = "salesforce_to_daktela__default"
SYNC = {
    "schedule:": "schedule: null",
    "mappings:": "mappings: [accounts, contacts]",
    "limits:": "limits: {requests_per_second: 300, workers: 2, bulk_above: 12, part_rows: 100, lag: 2s}",
}
"""Runs are started by hand, contacts come by Bulk; parents and children suffice, for each task more takes its time."""

SMALL_MACHINE = {
    "AIRFLOW__CORE__PARALLELISM": "6",
    "AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT": "120",
    "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "600",
    "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "600",
}
"""Few workers and patience; nobody changes the DAG files meanwhile, so nobody has to look."""

RECOVERY = {
    "AIRFLOW__SCHEDULER__JOB_HEARTBEAT_SEC": "3",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "5",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "12",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "25",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
    "AIRFLOW__TRIGGERER__JOB_HEARTBEAT_SEC": "3",
    "AIRFLOW__TRIGGERER__TRIGGERER_HEALTH_CHECK_THRESHOLD": "12",
}
"""Airflow's own settings for how soon the dead are noticed; ``docs/operating.md`` explains them."""

LOCAL_SETTINGS = """from datetime import timedelta

import salesforce_daktela.steps.extract.extractor
import salesforce_daktela.steps.load.loader
import salesforce_daktela.steps.plan.planner
import salesforce_daktela.steps.preflight.preflight
import salesforce_daktela.steps.settle.settle


def task_policy(task):
    task.retry_delay = timedelta(seconds=3)
    task.max_retry_delay = timedelta(seconds=10)
"""
"""As a deployer may write them: killed tasks come back soon, and LocalExecutor's tasks inherit these imports."""

STUCK = 60.0
"""Seconds that a task may stay queued, and that a scheduler is given to look at it."""

PERSONALITIES = Profile(
    salesforce={"bulk_polls": 2, "activity_acts": ["create", "update", "delete", "undelete", "merge"]},
    daktela={"latency_seconds": 0.3, "post_existing": "doubles"},
)
"""A Daktela that stores a name twice when it is told twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What runs, and how to look at it without asking what is being killed."""

    home: Path
    airflow: AirflowApi
    sandbox: Sandbox
    keeper: Keeper
    postgresql: PostgreSQL
    ledger: Ledger

    def asked(self, statement: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Rows of Airflow's own database."""
        return self.postgresql.ask(statement, values, database="airflow")

    def trigger(self) -> str:
        """Start a run, asking again while the API or its database is down."""
        deadline = time.monotonic() + 120
        while True:
            try:
                return self.airflow.trigger(DAG)
            except (requests.RequestException, ValueError):
                if time.monotonic() > deadline:
                    raise
                self.keeper.revive()
                time.sleep(1)

    def under_way(self) -> list[str]:
        """Runs that have started and not ended."""
        rows = self.asked("SELECT run_id FROM dag_run WHERE state = 'running'")
        return [run_id for (run_id,) in rows]

    def unfinished(self) -> bool:
        """Whether any run is waiting or under way."""
        return bool(self.asked("SELECT 1 FROM dag_run WHERE state IN ('running', 'queued')"))

    def states(self) -> dict[str, str]:
        """The tasks of unfinished runs that somebody works on or waits for, as ``contacts.load[0]: running``."""
        rows = self.asked(
            "SELECT t.task_id, t.map_index, t.state FROM task_instance t JOIN dag_run r USING (dag_id, run_id) "
            "WHERE r.state = 'running' AND t.state IN "
            "('running', 'queued', 'scheduled', 'deferred', 'up_for_retry', 'restarting', 'failed') ORDER BY 1, 2"
        )
        return {f"{task}[{index}]" if index >= 0 else task: state for task, index, state in rows}

    def state_of(self, run_id: str) -> str:
        """How one run stands."""
        ((state,),) = self.asked("SELECT state FROM dag_run WHERE run_id = %s", (run_id,))
        return str(state)

    def look_after(self) -> None:
        """What its keepers do: start what has died, and the scheduler anew when a task stays queued.

        A LocalExecutor whose worker died with a task that had not begun never learns of it.
        """
        self.keeper.revive()
        stuck = "SELECT 1 FROM task_instance WHERE state = 'queued' AND queued_dttm < now() - %s * interval '1 second'"
        if self.keeper.age("scheduler") > STUCK and self.asked(stuck, (STUCK,)):
            self.keeper.kill("scheduler", family=True)
            self.keeper.revive()

    def wait_until(self, what: str, true: Callable[[], bool], seconds: float) -> None:
        """Keep everything alive until something is true. Raises RuntimeError with states and the scheduler's words."""
        deadline = time.monotonic() + seconds
        while not true():
            if time.monotonic() > deadline:
                said = self.keeper.processes.tail("scheduler", 40)
                raise RuntimeError(f"{what} took longer than {seconds:.0f} s; {self.states()}\n{said}")
            self.look_after()
            time.sleep(0.5)


@contextlib.contextmanager
def deployed(home: Path, seed: int) -> Iterator[Deployment]:
    """Start everything, give it while the context lasts, and stop it again."""
    processes = Processes(home / "logs")
    with (
        running_postgresql() as postgresql,
        start_sandbox(home / "sandbox", size=150, seed=seed, profile=PERSONALITIES) as sandbox,
    ):
        described = sandbox.description()
        settings = _settings(home, described["ca"])
        environment = {
            **settings.environment(),
            **RECOVERY,
            **_databases(postgresql),
            "AIRFLOW__CORE__PARALLELISM": "8",
        }
        keeper = Keeper(processes=processes, programs=PROGRAMS, environment=environment, folder=home)
        migrated = subprocess.run(
            ["airflow", "db", "migrate"], env=environment, cwd=home, capture_output=True, text=True, check=False
        )
        assert migrated.returncode == 0, migrated.stderr[-2000:]
        airflow = AirflowApi(url=settings.url, user=USER, password=settings.password)
        ledger = Ledger.open(postgresql.url("ledger"))
        ledger.upgrade()
        ledger.close()
        found = Deployment(
            home=home, airflow=airflow, sandbox=sandbox, keeper=keeper, postgresql=postgresql, ledger=ledger
        )
        try:
            keeper.start()
            found.wait_until("starting Airflow", airflow.healthy, 240)
            for connection in connections(_side(described)):
                airflow.ask("POST", "/connections", json=connection)
            found.wait_until("finding the DAG", lambda: airflow.known(f"/dags/{DAG}"), 120)
            airflow.ask("PATCH", f"/dags/{DAG}", json={"is_paused": False})
            yield found
        finally:
            ledger.close()
            processes.stop()
            keeper.end_orphans()


def _settings(home: Path, ca: str) -> AirflowSettings:
    bundle = home / "ca-bundle.pem"
    bundle.write_text(Path(certifi.where()).read_text() + Path(ca).read_text())
    shutil.copytree(PROJECT / "include", home / "include", ignore=shutil.ignore_patterns("__pycache__"))
    mappings = home / "include" / "mappings"
    sync = mappings / "default" / "sync.yaml"
    lines = [
        next((new for old, new in SYNC.items() if line.startswith(old)), line) for line in sync.read_text().splitlines()
    ]
    sync.write_text("\n".join(lines) + "\n")
    for unused in ("leads", "opportunities"):
        (sync.parent / f"{unused}.yaml").unlink()
    contacts = (
        sync.parent / "contacts.yaml"
    )  # the org has a contact with a bad address, which is much of a small window
    contacts.write_text(contacts.read_text().replace("reject_above: 1%", "reject_above: 100%"))
    policy = home / "airflow" / "config" / "airflow_local_settings.py"
    policy.parent.mkdir(parents=True)
    policy.write_text(LOCAL_SETTINGS)
    return AirflowSettings(
        home=home / "airflow", project=PROJECT, port=usual_or_free(18081), ca_bundle=bundle, mappings=mappings
    )


def _databases(postgresql: PostgreSQL) -> Mapping[str, str]:
    return {
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": postgresql.url("airflow"),
        "AIRFLOW__SALESFORCE_DAKTELA__LEDGER_CONN_ID": "ledger",
        "AIRFLOW_CONN_LEDGER": postgresql.url("ledger", "postgresql"),
    }


def _side(described: Mapping[str, Any]) -> SandboxSide:
    found: dict[str, Any] = json.loads(json.dumps(described))
    return SandboxSide(salesforce=found["salesforce"], daktela=found["daktela"], ca=found["ca"])
