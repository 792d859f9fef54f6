"""The demo's story: the first run, changes, the next run. Each statement is checked before it is printed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from demo.report import report_table, total
from demo.stack import Stack, wait_for

DAG = "salesforce_to_daktela__default"
MAPPINGS = ("accounts", "contacts", "leads", "opportunities")
CHANGED = {"Account": (3, "accounts"), "Contact": (5, "contacts"), "Opportunity": (4, "crmRecords")}
"""For each sObject, the number of records to change and their Daktela model."""
ADDED = {"FirstName": "Božena", "LastName": "Němcová", "Email": "bozena@babicka.example"}
LAG_SECONDS = 6.0
"""A run does not read the last 5 seconds of Salesforce's time, so the story waits that long after changes."""
RUN_SECONDS = 900.0


class NotAsExpectedError(Exception):
    """A check of the story has failed."""


class DeferredError(Exception):
    """A run was deferred because of a limit of Salesforce. The message names the limit and the next step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A record that was changed in Salesforce: its Id, its new description, and its Daktela model."""

    model: str
    id: str
    text: str

    def texts(self) -> tuple[tuple[str, str], ...]:
        """The texts in Daktela's description after the change: the shipped mappings put a link first."""
        return (("description", self.id), ("description", self.text))


def run_story(stack: Stack, console: Console) -> None:
    """Run the whole story. Raises NotAsExpectedError at the first check that fails."""
    started = time.monotonic()
    airflow = stack.airflow
    wait_for("finding the DAG", lambda: airflow.known(f"/dags/{DAG}"), stack.processes, 90)
    airflow.ask("PATCH", f"/dags/{DAG}", json={"is_paused": False})
    console.print("\nThe schedule is on; the first run brings everything.")
    wait_for("the first run", lambda: bool(airflow.runs(DAG)), stack.processes, 60)
    first = airflow.runs(DAG)[-1]["dag_run_id"]
    try:
        reports = _finished(stack, console, first)
    except DeferredError as exc:
        console.print(f"\nThe run was deferred, nothing was written and the watermarks stay where they were:\n{exc}")
        _where_to_look(stack, console)
        return
    console.print(report_table("First run: everything", reports))
    console.print(f"{_written(reports)} records are in Daktela after {time.monotonic() - started:.0f} s of running.\n")
    if not total(reports, "created"):
        raise NotAsExpectedError("the first run created nothing")
    _next_run(stack, console)
    _where_to_look(stack, console)


def _next_run(stack: Stack, console: Console) -> None:
    before = {run["dag_run_id"] for run in stack.airflow.runs(DAG)}
    changes = _change(stack)
    new = stack.sandbox.add("Contact", ADDED)
    lead, contact = stack.sandbox.convert_lead()
    expected = len(changes) + 2
    console.print(f"Changed {len(changes)} records in Salesforce, added one and converted a lead.")
    console.print("The next run brings exactly those.")
    time.sleep(LAG_SECONDS)
    triggered = stack.airflow.trigger(DAG)
    # A scheduled run in between may have brought them.
    between = [run["dag_run_id"] for run in stack.airflow.runs(DAG) if run["dag_run_id"] not in before | {triggered}]
    reports = []
    for run_id in [*reversed(between), triggered]:
        found = _finished(stack, console, run_id)
        console.print(report_table("Next run: what changed", found))
        reports += found
    written, rejected = _written(reports), total(reports, "rejected")
    if written + rejected != expected:
        raise NotAsExpectedError(f"{expected} records changed in Salesforce, {written} were written")
    held = sum(stack.sandbox.holds(change.model, *change.texts()) for change in changes)
    held += stack.sandbox.holds("contacts", ("description", new), ("title", "Božena Němcová"))
    held += stack.sandbox.holds("contacts", ("name", lead), ("description", contact))
    if held != written:
        raise NotAsExpectedError(f"{written} records were written, Daktela holds {held} of them")
    console.print(f"Daktela was asked for each: it holds {held} of the {expected} as Salesforce has them now.")
    console.print("The contact carries on the object of the converted lead; nothing was created or removed for it.")


def _change(stack: Stack) -> list[Change]:
    return [
        Change(model=model, id=id_, text=str(stack.sandbox.source(sobject, id_)["Description"]))
        for sobject, (count, model) in CHANGED.items()
        for id_ in stack.sandbox.change(sobject, count)
    ]


def _written(reports: Sequence[dict[str, Any]]) -> int:
    return total(reports, "created", "updated", "adopted")


def _finished(stack: Stack, console: Console, run_id: str) -> list[dict[str, Any]]:
    """Wait for a run to settle and return its reports. Raises NotAsExpectedError with the failing task's log."""
    with console.status("queued") as line:
        state = stack.airflow.wait(DAG, run_id, RUN_SECONDS, lambda tasks: line.update(_progress(tasks)))
    if state != "success":
        raise NotAsExpectedError(f"run {run_id} ended as {state}\n{_failure(stack, run_id)}")
    quiet: list[dict[str, Any]] | None = stack.airflow.xcom(DAG, run_id, "preflight", "reports")
    if quiet is not None:
        return quiet
    reports = [stack.airflow.xcom(DAG, run_id, f"{mapping}.settle", "report") for mapping in MAPPINGS]
    deferred = [text for mapping in MAPPINGS if (text := _deferred(stack, run_id, mapping))]
    if deferred:
        raise DeferredError("\n".join(deferred))
    missing = [mapping for mapping, report in zip(MAPPINGS, reports, strict=True) if report is None]
    if missing:
        raise NotAsExpectedError(f"run {run_id} left no report for {', '.join(missing)}")
    return reports


def _deferred(stack: Stack, run_id: str, mapping: str) -> str:
    extraction = stack.airflow.xcom(DAG, run_id, f"{mapping}.extract", "extraction") or {}
    reason = extraction.get("deferred", "")
    return f"{mapping}: {reason}" if reason else ""


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


def _where_to_look(stack: Stack, console: Console) -> None:
    console.print("\n[bold]Where to look[/bold]")
    console.print(f"  Airflow           {stack.settings.url}/dags/{DAG}")
    console.print(f"  Daktela's records {stack.sandbox.daktela['url']}/__sandbox__/")
    console.print(f"  Salesforce's      {stack.sandbox.salesforce['url']}/__sandbox__/")
    console.print(f"                    (your browser will ask about the private authority in {stack.sandbox.ca})")
    console.print("  A terminal        . .demo/environment && .venv/bin/salesforce-daktela check", markup=False)
    console.print("                    in the project's folder; docs/cli.md has the other verbs", markup=False)
