"""A real scheduler, from the first run through every mode, with tasks killed in the middle of their work."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from demo.airflow_api import FINAL
from demo.processes import AT_ONCE
from demo.stack import Stack, running_stack, wait_for
from salesforce_daktela.ledger.ledger import Ledger
from tests.airflow.posted import Posts, listening
from tests.airflow.real_runs import (
    COMPARING,
    DAG,
    PREFIXES,
    SECONDS,
    finish,
    loaded,
    loading,
    moved_by,
    standing,
    succeed,
    switch,
    task_processes,
    watermarks,
)

PROJECT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.heavy, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def hook() -> Iterator[tuple[str, Posts]]:
    """A webhook, by its address, and what it was told."""
    with listening() as found:
        yield found


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, empty_database: Path, hook: tuple[str, Posts]) -> Iterator[Stack]:
    """Sandbox and Airflow, the DAG known and still paused; a webhook is told what is late."""
    home, told = tmp_path_factory.mktemp("real"), "AIRFLOW__SALESFORCE_DAKTELA__NOTIFY"
    changed = {
        "AIRFLOW_CONN_HOOK": json.dumps({"conn_type": "http", "host": hook[0]}),
        f"{told}_WEBHOOK_CONN_ID": "hook",
        f"{told}_ON": "late",
    }
    with running_stack(
        home, PROJECT, size="small", profile="", say=print, changed=changed, database=empty_database, patience=AT_ONCE
    ) as started:
        wait_for("finding the DAG", lambda: started.airflow.known(f"/dags/{DAG}"), started.processes, 90)
        yield started


def test_a_first_run_survives_killed_tasks(stack: Stack) -> None:
    """Tasks killed in the middle of load are repeated; every record is there once and every row accounted for.

    So they are while somebody breaks a mapping file: the run goes by the one it began with, and its DAG stays.
    """
    switch(stack, latency_seconds=0.08)
    stack.airflow.ask("PATCH", f"/dags/{DAG}", json={"is_paused": False})
    wait_for("the first run", lambda: bool(stack.airflow.runs(DAG)), stack.processes, 60)
    run_id = stack.airflow.runs(DAG)[-1]["dag_run_id"]
    mapping = stack.settings.mappings / "default" / "contacts.yaml"
    right = mapping.read_text()
    for _ in range(2):
        wait_for("a load", lambda: loading(stack, run_id), stack.processes, 120)
        time.sleep(1.5)
        mapping.write_text("fields: [\n")
        for process in task_processes(stack):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
        time.sleep(3)
    switch(stack, latency_seconds=0.0)
    reports = finish(stack, run_id)
    assert len(stack.airflow.ask("GET", "/importErrors")["import_errors"]) == 1
    mapping.write_text(right)
    assert set(reports) == set(PREFIXES)
    for report in reports.values():
        assert sum(report["outcomes"].values()) == report["extracted"]
    tried = [task["try_number"] for task in stack.airflow.tasks(DAG, run_id)]
    assert max(tried) > 1
    names = {endpoint: loaded(stack, endpoint) for endpoint in ("accounts", "contacts", "crmRecords")}
    for name, endpoint in (("accounts", "accounts"), ("opportunities", "crmRecords")):
        ours = [found for found in names[endpoint] if found.startswith(PREFIXES[name])]
        assert len(ours) == len(set(ours)) == reports[name]["outcomes"]["created"]
    assert all(moment is not None for moment in watermarks(stack).values())


def test_the_next_run_brings_what_changed(stack: Stack) -> None:
    """Exactly the changed records are read and written."""
    stack.sandbox.change("Account", 4)
    time.sleep(7)
    reports = finish(stack, stack.airflow.trigger(DAG))
    assert reports["accounts"]["outcomes"] == {"updated": 4}
    assert reports["opportunities"]["extracted"] == 0


def test_a_full_run_writes_nothing_new(stack: Stack) -> None:
    """Every record is read again, none is written."""
    reports = finish(stack, stack.airflow.trigger(DAG, {"mode": "full", "mappings": ["accounts", "opportunities"]}))
    assert set(reports) == {"accounts", "opportunities"}
    assert set(reports["opportunities"]["outcomes"]) <= {"unchanged", "kept"}


def test_a_run_that_has_nothing_to_do_is_settled_by_its_first_task(stack: Stack) -> None:
    """One call of Salesforce, none of Daktela, one process; the others are skipped. The ledger knows it as settled."""
    succeed(stack, stack.airflow.trigger(DAG))
    journal = f"{stack.sandbox.salesforce['url']}/__sandbox__/requests"
    requests.delete(journal, timeout=30, verify=stack.sandbox.ca).raise_for_status()
    run_id = stack.airflow.trigger(DAG)
    succeed(stack, run_id)
    asked = requests.get(journal, params={"limit": "1000"}, timeout=30, verify=stack.sandbox.ca).json()
    assert [entry["path"].rpartition("/")[2] for entry in asked] == ["composite"]
    tasks = states(stack, run_id)
    assert tasks.pop("preflight") == "success"
    assert Counter(tasks.values()) == {"skipped": 24}
    assert [task["task_id"] for task in stack.airflow.tasks(DAG, run_id) if task["pid"]] == ["preflight"]
    ledger = Ledger.open(f"sqlite:///{stack.settings.home / 'salesforce_daktela' / 'ledger.db'}")
    reports = ledger.reports.read("default", run_id)
    ledger.close()
    assert [(report["state"], report["extracted"]) for report in reports] == [("settled", 0)] * 4


def test_a_change_after_it_brings_the_other_tasks_back(stack: Stack) -> None:
    stack.sandbox.change("Account", 1)

    def brought() -> bool:
        run_id = stack.airflow.trigger(DAG)
        succeed(stack, run_id)
        return states(stack, run_id)["accounts.load"] == "success"

    wait_for("the change to be read", brought, stack.processes, SECONDS)


def states(stack: Stack, run_id: str) -> dict[str, str]:
    """Each task's state, by its id."""
    return {task["task_id"]: task["state"] for task in stack.airflow.tasks(DAG, run_id)}


def test_named_records_are_synchronised_alone(stack: Stack) -> None:
    """Mode records leaves the watermark."""
    ids = stack.sandbox.change("Account", 1)
    run_id = stack.airflow.trigger(DAG, {"mode": "records", "ids": ids, "mappings": ["accounts"]})
    reports = finish(stack, run_id)
    assert {name: report["extracted"] for name, report in reports.items()} == {"accounts": 1}
    assert run_id not in moved_by(stack)


def test_a_window_is_read_again(stack: Stack) -> None:
    """Mode window leaves the watermark, too."""
    now = datetime.now(UTC)
    conf = {
        "mode": "window",
        "since": (now - timedelta(days=400)).isoformat(),
        "until": (now - timedelta(days=1)).isoformat(),
        "mappings": ["opportunities"],
    }
    run_id = stack.airflow.trigger(DAG, conf)
    reports = finish(stack, run_id)
    assert reports["opportunities"]["mode"] == "window"
    assert run_id not in moved_by(stack)


def test_a_backfill_leaves_the_watermark(stack: Stack) -> None:
    """Its runs read their own data intervals."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    body: Mapping[str, Any] = {
        "dag_id": DAG,
        "from_date": (now - timedelta(days=1, minutes=20)).isoformat(),
        "to_date": (now - timedelta(days=1)).isoformat(),
        "run_backwards": False,
        "max_active_runs": 1,
        "dag_run_conf": {},
        "reprocess_behavior": "none",
    }
    wait_for("Airflow to take the backfill", lambda: taken(stack, body), stack.processes, 90)
    wait_for("the backfill", lambda: bool(backfilled(stack)), stack.processes, 60)
    for run_id in backfilled(stack):
        reports = finish(stack, run_id)
        assert {report["mode"] for report in reports.values()} == {"window"}
    assert not moved_by(stack).intersection(backfilled(stack))


def taken(stack: Stack, body: Mapping[str, Any]) -> bool:
    """Airflow refuses a backfill while its SQLite is busy; on PostgreSQL it would not."""
    try:
        stack.airflow.ask("POST", "/backfills", json=body)
    except requests.HTTPError as exc:
        if exc.response is None or exc.response.status_code not in (409, 503):
            raise
        return exc.response.status_code == 409
    return True


def backfilled(stack: Stack) -> list[str]:
    return [run["dag_run_id"] for run in stack.airflow.runs(DAG) if run["run_type"] == "backfill"]


def test_a_plan_writes_nothing(stack: Stack) -> None:
    """What would be created and changed stands in the plan task's result; load is skipped, the run is green."""
    names = loaded(stack, "accounts")
    stack.sandbox.change("Account", 3)
    time.sleep(7)
    run_id = stack.airflow.trigger(DAG, {"mode": "plan", "mappings": ["accounts"]})
    succeed(stack, run_id)
    plan = stack.airflow.xcom(DAG, run_id, "accounts.plan", "return_value")
    assert plan["counts"]["updated"] == 3
    assert plan["changed_fields"]
    assert states(stack, run_id)["accounts.settle"] == "skipped"
    assert events(stack, run_id) == []
    assert run_id not in moved_by(stack)
    assert loaded(stack, "accounts") == names


def events(stack: Stack, run_id: str) -> list[str]:
    """The asset events of a run's tasks."""
    found = stack.airflow.ask("GET", f"/assets/events?source_dag_id={DAG}&source_run_id={run_id}")
    return [event["source_task_id"] for event in found["asset_events"]]


def test_a_red_mapping_names_records_reasons_and_ways_on(stack: Stack) -> None:
    """In the red task's log and under XCom, without a terminal; it publishes no event."""
    mapping = stack.settings.mappings / "default" / "contacts.yaml"
    before = mapping.read_text()
    mapping.write_text(before.replace("reject_above: 1%", "reject_above: 0%"))
    ids = [stack.sandbox.add("Contact", {"LastName": "Nováková", "Email": "nobody@nowhere@x"}) for _ in range(2)]
    time.sleep(7)
    run_id = stack.airflow.trigger(DAG, {"mode": "records", "ids": ids, "mappings": ["contacts"]})
    assert stack.airflow.wait(DAG, run_id, SECONDS) == "failed", standing(stack, run_id)
    mapping.write_text(before)
    settle = next(task for task in stack.airflow.tasks(DAG, run_id) if task["task_id"] == "contacts.settle")
    log = stack.airflow.log(DAG, run_id, settle)
    summary = stack.airflow.xcom(DAG, run_id, "contacts.settle", "summary")
    for told in (*ids, "email_invalid", "customFields.email", "salesforce-daktela replay --sync default"):
        assert told in log
        assert told in summary
    assert "nobody@nowhere" not in log
    assert events(stack, run_id) == []


def test_removals_above_the_limit_wait_for_an_answer(stack: Stack) -> None:
    """Declined, nothing is taken away and the next run asks again; agreed, it goes on where it stood."""
    mapping = stack.settings.mappings / "default" / "leads.yaml"
    mapping.write_text(mapping.read_text().replace("on_delete: keep", "on_delete: delete\nmax_removals: 0"))
    lead = next(name for name in loaded(stack, "contacts") if name.startswith(PREFIXES["leads"]))
    url = f"{stack.sandbox.salesforce['url']}/__sandbox__/records/Lead/{lead.removeprefix(PREFIXES['leads'])}"
    requests.delete(url, verify=stack.sandbox.ca, timeout=30).raise_for_status()
    time.sleep(7)
    runs = [stack.airflow.trigger(DAG, {"mappings": ["leads"]}) for _ in range(2)]
    for answer, left in (("Write nothing", True), ("Write it", False)):
        run_id = asking(stack)
        asked = f"/dags/{DAG}/dagRuns/{run_id}/taskInstances/leads.approve/-1/hitlDetails"
        assert "max_removals allows 0" in stack.airflow.ask("GET", asked)["body"]
        assert lead in loaded(stack, "contacts")
        # Before Airflow knows that the asking try has ended: it takes that for a death and tries once more.
        stack.airflow.ask("PATCH", asked, json={"chosen_options": [answer], "params_input": {}})
        succeed(stack, run_id)
        assert (lead in loaded(stack, "contacts")) == left
    for run_id in runs:
        succeed(stack, run_id)


def asking(stack: Stack) -> str:
    """The run that waits for an answer: one of the schedule may have come before those that were triggered."""
    found: list[str] = []

    def asks() -> bool:
        for run in stack.airflow.runs(DAG):
            run_id = run["dag_run_id"]
            address = f"/dags/{DAG}/dagRuns/{run_id}/taskInstances/leads.approve"
            if run["state"] == "running" and stack.airflow.ask("GET", address)["state"] == "awaiting_input":
                found.append(run_id)
        return bool(found)

    wait_for("the question", asks, stack.processes, SECONDS)
    return found[0]


def test_a_wrong_token_fails_at_once_and_says_what_to_do(stack: Stack) -> None:
    """No retry: repeating cannot help."""
    wrong = {
        "connection_id": "daktela_default",
        "conn_type": "daktela",
        "host": stack.sandbox.daktela["url"],
        "password": "nope",
    }
    right = {**wrong, "password": stack.sandbox.daktela["token"]}
    stack.airflow.ask("PATCH", "/connections/daktela_default", json=wrong)
    try:
        run_id = stack.airflow.trigger(DAG)
        state = stack.airflow.wait(DAG, run_id, SECONDS)
        assert state == "failed", f"{run_id} is {state}\n{standing(stack, run_id)}"
    finally:
        stack.airflow.ask("PATCH", "/connections/daktela_default", json=right)
    preflight = next(task for task in stack.airflow.tasks(DAG, run_id) if task["task_id"] == "preflight")
    assert preflight["try_number"] == 1
    log = stack.airflow.log(DAG, run_id, preflight)
    assert "the token is missing or not accepted: paste a new one into the Daktela connection" in log
    assert stack.sandbox.daktela["token"] not in log


@pytest.mark.parametrize(("slow", "waited_for"), [("Contact", "accounts.report"), ("Account", "contacts.transform")])
def test_both_sides_are_compared_whichever_is_read_last(stack: Stack, slow: str, waited_for: str) -> None:
    """A parent's report does not take away what a child's comparison still has to read."""
    compare_by_hand(stack)
    set_salesforce(stack, bulk_seconds=3600.0, bulk_slow=[slow])
    stack.airflow.ask("PATCH", f"/dags/{COMPARING}", json={"is_paused": False})
    try:
        run_id = stack.airflow.trigger(COMPARING, {"mappings": ["accounts", "contacts"]})
        wait_for(waited_for, lambda: ended(stack, run_id, waited_for), stack.processes, SECONDS)
    finally:
        set_salesforce(stack, bulk_seconds=0.0, bulk_slow=["*"])
    state = stack.airflow.wait(COMPARING, run_id, SECONDS)
    assert state == "success", {task["task_id"]: task["state"] for task in stack.airflow.tasks(COMPARING, run_id)}
    for name in ("accounts", "contacts"):
        report = stack.airflow.xcom(COMPARING, run_id, f"{name}.report", "report")
        assert report["salesforce"] > 0


def compare_by_hand(stack: Stack) -> None:
    """Have every object read by Bulk, and no scheduled run, which would begin with the unpausing, in the way."""
    settings = stack.settings.mappings / "default" / "sync.yaml"
    text = settings.read_text()
    if "reconcile: never" not in text:
        settings.write_text(text.replace("bulk_above: 500", "bulk_above: 1") + "reconcile: never\n")
    wait_for(
        "the DAG without its schedule",
        lambda: stack.airflow.ask("GET", f"/dags/{COMPARING}")["timetable_summary"] in (None, "None", "NullTimetable"),
        stack.processes,
        120,
    )


def ended(stack: Stack, run_id: str, name: str) -> bool:
    tasks = [task for task in stack.airflow.tasks(COMPARING, run_id) if task["task_id"] == name]
    return bool(tasks) and all(task["state"] == "success" for task in tasks)


def set_salesforce(stack: Stack, **settings: object) -> None:
    url = f"{stack.sandbox.salesforce['url']}/__sandbox__/switches"
    requests.patch(url, json=settings, verify=stack.sandbox.ca, timeout=30).raise_for_status()


def test_a_deadline_that_is_missed_is_told_by_the_triggerer(stack: Stack, hook: tuple[str, Posts]) -> None:
    """While the run is under way: the message names no run. A run that ends first would tell it itself."""
    stack.airflow.ask("PATCH", f"/dags/{DAG}", json={"is_paused": False})
    settings = stack.settings.mappings / "default" / "sync.yaml"
    change_settings(stack, re.sub(r"^schedule: .*$", "", settings.read_text(), flags=re.MULTILINE))
    wait_for(
        "the last run",
        lambda: all(run["state"] in FINAL for run in stack.airflow.runs(DAG)),
        stack.processes,
        SECONDS,
    )
    change_settings(stack, re.sub(r"bulk_above: \d+", "bulk_above: 1", settings.read_text()) + "fresh_within: 1s\n")
    set_salesforce(stack, bulk_seconds=3600.0, bulk_slow=["*"])
    try:
        run_id = stack.airflow.trigger(DAG, {"mode": "full"})
        wait_for("the deadline to be told", lambda: bool(hook[1]), stack.processes, SECONDS)
    finally:
        set_salesforce(stack, bulk_seconds=0.0, bulk_slow=["*"])
    succeed(stack, run_id)
    message = hook[1][0][2]
    assert message["run_id"] == ""
    assert {notice["kind"] for notice in message["notices"]} == {"late"}
    assert {notice["mapping"] for notice in message["notices"]} == set(PREFIXES)


def change_settings(stack: Stack, text: str) -> None:
    """Write sync.yaml, and wait until Airflow has made the DAG of it: the description says of which files it is."""

    def description() -> str:
        return str(stack.airflow.ask("GET", f"/dags/{DAG}")["description"])

    before = description()
    (stack.settings.mappings / "default" / "sync.yaml").write_text(text)
    wait_for("the DAG of the changed file", lambda: description() != before, stack.processes, 120)


def test_no_import_errors_and_no_plugin_errors(stack: Stack) -> None:
    """What Airflow could not load would be listed here."""
    assert stack.airflow.ask("GET", "/importErrors")["import_errors"] == []
    assert stack.airflow.ask("GET", "/plugins/importErrors")["import_errors"] == []
