"""``python -m benchmarks.initial_load``: a first load in Airflow, during which a task and a worker are killed.

Celery workers, PostgreSQL, Redis and a sandbox without latency run on this machine. Every half minute the program shows
the progress and a log line of a load task; at the end, the records in Daktela, the number of requests, what each task
took, and the processor time of each program.
"""

from __future__ import annotations

import contextlib
import shutil
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Annotated, Any

import psutil
import typer
from rich.console import Console

from benchmarks.airflow_cpu import with_children
from benchmarks.contacts_sync import contacts_alone
from benchmarks.daktela_control import DaktelaControl
from benchmarks.groups.tick import OURS
from benchmarks.settings import HOME, PROJECT
from benchmarks.starting import begin
from benchmarks.task_watch import TaskWatch
from demo.airflow_api import FINAL
from demo.cluster import Cluster, running_cluster
from demo.stack import wait_for
from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.wire.connection import DaktelaSettings
from salesforce_daktela.daktela.wire.limiter import AdaptiveLimiter

WORKERS = 2
"""Celery workers, of two tasks each."""

CONNECTIONS = 4
UNLIMITED = 1000
"""Requests a second, more than all programs together reach on one machine."""
LOOK_SECONDS = 10.0
TELL_SECONDS = 30.0
KILLS = {"task": 0.25, "worker": 0.5}
"""A task, then a worker, is killed when this share of the records is written."""


def main(
    rows: Annotated[int, typer.Option(help="Contacts in Salesforce.")] = 1_000_000,
    rate: Annotated[int, typer.Option(help="The sync's requests_per_second.")] = UNLIMITED,
) -> None:
    """Load all contacts. Fails unless each of them is accounted for and exists once."""
    begin()
    home = HOME / "initial_load"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    limits = {"requests_per_second": rate, "workers": CONNECTIONS}
    with running_cluster(
        home, PROJECT, size=str(rows), workers=WORKERS, settle=lambda include: contacts_alone(include, limits)
    ) as cluster:
        wait_for("finding the DAG", lambda: cluster.airflow.known(f"/dags/{OURS}"), cluster.processes, 300)
        cluster.airflow.ask("PATCH", f"/dags/{OURS}", json={"is_paused": False})
        InitialLoad(cluster, rows).run()


@dataclass(slots=True)
class InitialLoad:
    """Runs and observes one load."""

    cluster: Cluster
    rows: int
    console: Console = field(default_factory=lambda: Console(highlight=False, width=140))
    began: float = field(default_factory=time.monotonic)
    killed: list[str] = field(default_factory=list)
    watch: TaskWatch = field(default_factory=TaskWatch)
    killed_cpu: dict[str, float] = field(default_factory=dict)
    """Processor seconds of killed programs, by name."""

    def run(self) -> None:
        """Trigger the run, observe it until it ends, and check the result. Raises RuntimeError."""
        airflow, control = self.cluster.airflow, DaktelaControl(self.cluster.sandbox)
        before = self._held()
        control.forget()
        run_id, told = airflow.trigger(OURS), 0.0
        while (state := airflow.state(OURS, run_id)) not in FINAL:
            written = control.kinds().get("POST contacts", 0)
            self._kill_due(written / self.rows)
            if time.monotonic() - told > TELL_SECONDS:
                told = time.monotonic()
                self._tell(run_id, written)
            self._watch(LOOK_SECONDS)
        calls, arrived = control.kinds(), self._held() - before
        report = airflow.xcom(OURS, run_id, "contacts.settle", "report") or {}
        outcomes = report.get("outcomes", {})
        tries = Counter(task["try_number"] for task in self._loads(run_id))
        self._say(f"{state}; outcomes {outcomes}; {arrived} more contacts; load tasks by tries {dict(tries)}")
        self._say(f"requests {calls}")
        self.console.print(self.watch.table(airflow.tasks(OURS, run_id)))
        self._say(f"processor seconds {self._cpu()}")
        created, extracted = outcomes.get("created", 0), report.get("extracted")
        if (
            state != "success"
            or sum(outcomes.values()) != extracted
            or not created == arrived == calls["POST contacts"]
        ):
            raise RuntimeError("not every contact is accounted for and there once")
        if missed := KILLS.keys() - set(self.killed):
            raise RuntimeError(f"ended before a kill of {', '.join(sorted(missed))}: give more rows")

    def _held(self) -> int:
        """Return the number of contacts in Daktela."""
        side = self.cluster.sandbox
        settings = DaktelaSettings(url=side.daktela["url"], token=side.daktela["token"], verify=side.ca)
        client = DaktelaClient(settings, limiter=AdaptiveLimiter(rate=10.0, workers=1))
        with contextlib.closing(client):
            return client.page("contacts").total or 0

    def _cpu(self) -> dict[str, int]:
        """Return the processor seconds of each program, with its child processes, since its start."""
        taken = {name: with_children(process.pid) for name, process in self.cluster.processes.running}
        taken["postgresql"] = with_children(self.cluster.postgresql.pid)
        for name, seconds in self.killed_cpu.items():
            taken[name] += seconds
        return {name: round(taken[name]) for name in sorted(taken, key=taken.__getitem__, reverse=True)}

    def _watch(self, seconds: float) -> None:
        """Let time pass, and look at the task processes' memory once a second."""
        workers = [process.pid for name, process in self.cluster.processes.running if "worker" in name]
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.watch.look(workers)
            time.sleep(1)

    def _loads(self, run_id: str) -> list[dict[str, Any]]:
        return [task for task in self.cluster.airflow.tasks(OURS, run_id) if task["task_id"] == "contacts.load"]

    def _tell(self, run_id: str, written: int) -> None:
        loads = self._loads(run_id)
        states = Counter(str(task["state"]) for task in loads)
        self._say(f"{written} written; loads {dict(states)}")
        for task in [task for task in loads if task["state"] == "running"][:1]:
            lines = [line for line in self.cluster.airflow.log(OURS, run_id, task).splitlines() if "part" in line]
            self._say(f"  {lines[-1] if lines else 'no line yet'}")

    def _kill_due(self, share: float) -> None:
        for target, when in KILLS.items():
            if target not in self.killed and share >= when and (done := self._kill(target)):
                self.killed.append(target)
                self._say(f"kill -9: {done}")

    def _kill(self, target: str) -> str:
        """Kill a load task's process, or a worker with its tasks; a worker is started again, like a container."""
        number = next(i for i, (name, _) in enumerate(self.cluster.processes.running) if name == "airflow-worker-1")
        worker = psutil.Process(self.cluster.processes.running[number][1].pid)
        if target == "worker":
            self.killed_cpu["airflow-worker-1"] = with_children(worker.pid)
            command, environment = worker.cmdline(), worker.environ()
            _, process = self.cluster.processes.running.pop(number)
            for each in [worker, *worker.children(recursive=True)]:
                each.kill()
            process.wait()
            self.cluster.processes.start("airflow-worker-1", command, environment, PROJECT)
            return "a worker with its tasks"
        for process in worker.children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                if not process.children() and process.cpu_times().user > 1:
                    process.kill()
                    return "the process of a load task"
        return ""

    def _say(self, text: str) -> None:
        self.console.print(f"[{time.monotonic() - self.began:6.1f} s] {text}", markup=False)


if __name__ == "__main__":
    typer.run(main)
