"""States of a sync that are worth looking at: rejects, waiting children, a comparison, a hidden field, a question."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import requests

from demo.stack import Stack, wait_for

SYNC = "default"
LOADING, COMPARING = f"salesforce_to_daktela__{SYNC}", f"reconcile__{SYNC}"
LAG = 7.0
"""Seconds after which a run reads what has changed, and Airflow has read changed files."""
PATIENCE = 600.0
ASKING = "awaiting_input"


def make_states(stack: Stack) -> dict[str, str]:
    """Make every state, and return the addresses of the pages by name. The run that asks stays open."""
    failed = _reject_and_park(stack)
    _change_daktela(stack)
    stack.airflow.ask("PATCH", f"/dags/{COMPARING}", json={"is_paused": False})
    compared = stack.airflow.trigger(COMPARING)
    stack.airflow.wait(COMPARING, compared, PATIENCE)
    subprocess.run(["salesforce-daktela", "numbers", SYNC], env=dict(stack.environment), check=True)  # noqa: S603, S607
    asking = _ask_before_removing(stack)
    record = stack.sandbox.change("Contact", 1)[0]
    base = f"syncs/{SYNC}"
    loaded = min(stack.airflow.runs(LOADING), key=lambda run: str(run["logical_date"] or run["run_after"]))
    return {
        "overview": "overview",
        "status": f"{base}/status",
        "runs": f"{base}/runs",
        "run": f"{base}/runs/{quote(loaded['dag_run_id'], safe='')}",
        "run-failed": f"{base}/runs/{quote(failed, safe='')}",
        "run-asking": f"{base}/runs/{quote(asking, safe='')}",
        "rejects": f"{base}/rejects",
        "parked": f"{base}/parked",
        "record": f"{base}/record?q={record}",
        "reconcile": f"{base}/reconcile",
        "numbers": f"{base}/numbers",
        "answers": f"{base}/answers",
        "schema": f"{base}/schema",
    }


def _reject_and_park(stack: Stack) -> str:
    """Return a run that fails: it has records of two reasons to reject, and two contacts of an account not loaded."""
    mapping = stack.settings.mappings / SYNC / "contacts.yaml"
    before = mapping.read_text()
    mapping.write_text(before.replace("reject_above: 1%", "reject_above: 0%").replace(", unique], on_error: drop", "]"))
    account = stack.sandbox.add("Account", {"Name": "Moravské strojírny"})
    contacts = (
        {"LastName": "Nováková", "Email": "jana.novakova@vltava@example"},
        {"LastName": "Dvořák", "Email": "petr dvorak@morava.example"},
        {"LastName": "Černá", "Phone": "extension 12"},
        {"LastName": "Malá", "AccountId": account},
        {"LastName": "Horák", "AccountId": account},
    )
    ids = [stack.sandbox.add("Contact", fields) for fields in contacts]
    time.sleep(LAG)
    failed = _run(stack, {"mode": "records", "ids": ids, "mappings": ["contacts"]})
    mapping.write_text(before)
    return failed


def _run(stack: Stack, conf: Mapping[str, Any]) -> str:
    run_id = stack.airflow.trigger(LOADING, conf)
    stack.airflow.wait(LOADING, run_id, PATIENCE)
    return run_id


def _change_daktela(stack: Stack) -> None:
    """Somebody has worked in Daktela: one contact is gone, two have other names."""
    daktela = stack.sandbox.daktela
    address = f"{daktela['url']}/api/v6/contacts"
    headers, ca = {"X-AUTH-TOKEN": daktela["token"]}, stack.sandbox.ca
    reply = requests.get(f"{address}.json?take=100", headers=headers, verify=ca, timeout=30)
    names = [row["name"] for row in reply.json()["result"]["data"] if row["name"].startswith("sf_contact_")]
    gone, *renamed = names[:3]
    requests.delete(f"{address}/{gone}.json", headers=headers, verify=ca, timeout=30).raise_for_status()
    for name in renamed:
        body = {"title": "Changed in Daktela"}
        requests.put(f"{address}/{name}.json", json=body, headers=headers, verify=ca, timeout=30).raise_for_status()


def _ask_before_removing(stack: Stack) -> str:
    """Return a run that waits for an answer: a lead is gone, and no removal is allowed without one."""
    mapping = stack.settings.mappings / SYNC / "leads.yaml"
    mapping.write_text(mapping.read_text().replace("on_delete: keep", "on_delete: delete\nmax_removals: 0"))
    salesforce, ca = stack.sandbox.salesforce["url"], stack.sandbox.ca
    leads = requests.get(f"{salesforce}/__sandbox__/records/Lead", verify=ca, timeout=30).json()
    for lead in [lead for lead in leads if not lead["IsConverted"] and not lead["IsDeleted"]][:3]:
        address = f"{salesforce}/__sandbox__/records/Lead/{lead['Id']}"
        requests.delete(address, verify=ca, timeout=30).raise_for_status()
    switches = {"hidden_fields": ["Lead.Description"]}
    requests.patch(f"{salesforce}/__sandbox__/switches", json=switches, verify=ca, timeout=30).raise_for_status()
    time.sleep(LAG)
    run_id = stack.airflow.trigger(LOADING, {"mappings": ["leads"]})
    wait_for("the question", lambda: _asks_or_ended(stack, run_id), stack.processes, PATIENCE)
    return run_id


def _asks_or_ended(stack: Stack, run_id: str) -> bool:
    if stack.airflow.state(LOADING, run_id) in ("success", "failed"):
        raise RuntimeError(f"run {run_id} has ended without a question")
    return any(task["state"] == ASKING for task in stack.airflow.tasks(LOADING, run_id))
