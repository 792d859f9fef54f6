"""``python -m demo``: the first run, some changes in Salesforce, the next run, and where to look."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from demo.report import report_table, total
from demo.stack import Stack, running_stack, wait_for

PROJECT = Path(__file__).resolve().parents[1]
DAG = "salesforce_to_daktela__default"
MAPPINGS = ("accounts", "contacts", "leads", "opportunities")
CHANGED = {"Account": 3, "Contact": 5, "Opportunity": 4}
RUN_SECONDS = 600.0

console = Console(highlight=False, width=None if sys.stdout.isatty() else 140)


class NotAsExpectedError(Exception):
    """The demo's story did not come true."""


def main() -> int:
    """Tell the story; 0 when all of it was true."""
    signal.signal(signal.SIGTERM, _interrupt)
    started = time.monotonic()
    try:
        with running_stack(
            PROJECT / ".demo",
            PROJECT,
            size=os.environ.get("DEMO_SIZE", "small"),
            profile=_profile(),
            say=lambda text: console.print(f"[{time.monotonic() - started:5.1f} s] {text}", markup=False),
        ) as stack:
            _tell(stack, started)
            if not os.environ.get("DEMO_EXIT"):
                console.print("\nIt stays up until you press Ctrl-C.")
                _stay(stack)
    except KeyboardInterrupt:
        console.print("\nstopped")
    except (RuntimeError, NotAsExpectedError) as exc:
        console.print(f"\nThe demo failed: {exc}", markup=False, style="red")
        return 1
    return 0


def _tell(stack: Stack, started: float) -> None:
    airflow = stack.airflow
    wait_for("finding the DAG", lambda: airflow.known(f"/dags/{DAG}"), stack.processes, 90)
    airflow.ask("PATCH", f"/dags/{DAG}", json={"is_paused": False})
    console.print("\nThe schedule is on; the first run brings everything.")
    wait_for("the first run", lambda: bool(airflow.runs(DAG)), stack.processes, 60)
    first = airflow.runs(DAG)[-1]["dag_run_id"]
    reports = _finished(stack, first)
    console.print(report_table("First run: everything", reports))
    console.print(f"Clone to report: {time.monotonic() - started:.0f} s after the packages were installed.\n")
    if not total(reports, "created", "adopted"):
        raise NotAsExpectedError("the first run created nothing")
    _next_run(stack)
    _where_to_look(stack)


def _next_run(stack: Stack) -> None:
    changed = {sobject: stack.sandbox.change(sobject, count) for sobject, count in CHANGED.items()}
    new = stack.sandbox.add(
        "Contact", {"FirstName": "Božena", "LastName": "Němcová", "Email": "bozena@babicka.example"}
    )
    expected = sum(len(ids) for ids in changed.values()) + 1
    console.print(f"Changed {expected - 1} records in Salesforce and added one; the next run brings exactly those.")
    time.sleep(6)
    reports = _finished(stack, stack.airflow.trigger(DAG))
    console.print(report_table("Next run: what changed", reports))
    found = sum(report["extracted"] for report in reports)
    settled = total(reports, "created", "updated", "adopted", "rejected")
    if (found, settled) != (expected, expected):
        raise NotAsExpectedError(f"{expected} records changed in Salesforce, {found} were read, {settled} written")
    loaded = stack.sandbox.loaded("contacts", f"sf_contact_{new}")
    if loaded is None or loaded["title"] != "Božena Němcová":
        raise NotAsExpectedError("the added contact is not in Daktela as it should be")
    console.print(f"Daktela holds all {expected} of them.")


def _finished(stack: Stack, run_id: str) -> list[dict[str, Any]]:
    """Wait for a run to settle and return its reports. Raises NotAsExpectedError with the failing task's log."""
    with console.status("queued") as line:
        state = stack.airflow.wait(DAG, run_id, lambda tasks: line.update(_progress(tasks)), RUN_SECONDS)
    if state != "success":
        raise NotAsExpectedError(f"run {run_id} ended as {state}\n{_failure(stack, run_id)}")
    reports = [stack.airflow.xcom(DAG, run_id, f"{mapping}.settle", "report") for mapping in MAPPINGS]
    return [report for report in reports if report is not None]


def _progress(tasks: Sequence[dict[str, Any]]) -> str:
    done = sum(task["state"] in ("success", "skipped") for task in tasks)
    running = sorted({task["task_id"] for task in tasks if task["state"] == "running"})
    return f"{done} of {len(tasks)} tasks done; now {', '.join(running) or 'waiting'}"


def _failure(stack: Stack, run_id: str) -> str:
    failed = [task for task in stack.airflow.tasks(DAG, run_id) if task["state"] == "failed"]
    failed.sort(key=lambda task: task["task_id"].endswith(".settle"))
    if not failed:
        return ""
    log = stack.airflow.log(DAG, run_id, failed[0])
    return f"{failed[0]['task_id']}:\n" + "\n".join(log.splitlines()[-25:])


def _where_to_look(stack: Stack) -> None:
    console.print("\n[bold]Where to look[/bold]")
    console.print(f"  Airflow           {stack.settings.url}/dags/{DAG}")
    console.print(f"                    user admin, password {stack.settings.password}")
    console.print(f"  Daktela's records {stack.sandbox.daktela['url']}/__sandbox__/")
    console.print(f"  Salesforce's      {stack.sandbox.salesforce['url']}/__sandbox__/")
    console.print(f"                    (your browser will ask about the private authority in {stack.sandbox.ca})")


def _stay(stack: Stack) -> None:
    while not (dead := stack.processes.dead()):
        time.sleep(1)
    raise RuntimeError(dead)


def _profile() -> str:
    profile = os.environ.get("PROFILE", "")
    return str(Path(profile).absolute()) if profile else ""


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
