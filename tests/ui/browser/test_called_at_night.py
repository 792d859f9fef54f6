"""Somebody who is called at night, in a real browser on a real Airflow: a red run with its rejects, and a question."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from demo.processes import AT_ONCE
from demo.stack import Stack, running_stack, wait_for
from tests.ui.browser.conftest import PROJECT
from tests.ui.browser.operating import DAG, RUN, SECONDS, SYNC, control, open_page
from tests.ui.browser.visitor import PATIENCE, Visitor

PARSED = 7.0
"""Seconds after which Airflow has read changed files."""
BAD = {"LastName": "Nováková", "Email": "nobody@nowhere@x"}

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Stack]:
    """Sandbox and Airflow, the shipped sync on, and no schedule whose runs others would wait for."""
    home = tmp_path_factory.mktemp("called")
    with running_stack(
        home, PROJECT, size="150", profile="", say=print, database=empty_database, patience=AT_ONCE
    ) as started:
        settings = started.settings.mappings / "default" / "sync.yaml"
        settings.write_text(re.sub(r"^schedule: .*\n", "", settings.read_text(), flags=re.MULTILINE))
        wait_for("the DAG without a schedule", lambda: by_hand_alone(started), started.processes, 90)
        started.airflow.ask("PATCH", f"/dags/{DAG}", json={"is_paused": False})
        yield started


def by_hand_alone(stack: Stack) -> bool:
    """Whether Airflow knows the DAG as one that no schedule starts."""
    path = f"/dags/{DAG}"
    return stack.airflow.known(path) and stack.airflow.ask("GET", path)["timetable_summary"] is None


def test_a_red_run_leads_from_its_text_to_the_mended_records(stack: Stack, visitor: Visitor) -> None:
    """What failed, whether anything is lost, which record, why; then all of the reason are tried again by one run."""
    mapping = stack.settings.mappings / "default" / "contacts.yaml"
    before = mapping.read_text()
    mapping.write_text(before.replace("reject_above: 1%", "reject_above: 0%"))
    ids = [stack.sandbox.add("Contact", BAD) for _ in range(2)]
    time.sleep(PARSED)
    run_id = stack.airflow.trigger(DAG, {"mode": "records", "ids": ids, "mappings": ["contacts"]})
    assert stack.airflow.wait(DAG, run_id, SECONDS) == "failed"
    mapping.write_text(before)
    visitor.page.goto(address_in_the_text(stack, run_id))
    report = visitor.frame.get_by_role("region", name="contacts", exact=True)
    expect(report.get_by_text("2 rejected = 2 read")).to_be_visible(timeout=PATIENCE)
    visitor.click(report.get_by_role("link", name="All of them, and what to do"))
    visitor.click(visitor.frame.get_by_role("link", name=ids[0], exact=True))
    expect(visitor.frame.get_by_role("heading", name="A run would now")).to_be_visible(timeout=PATIENCE)
    expect(visitor.frame.get_by_text("nobody@nowhere@x").first).to_be_visible()
    for number, id_ in enumerate(ids):
        control(stack, "PATCH", f"/records/Contact/{id_}", {"fields": {"Email": f"jana{number}@vltava.example"}})
    open_page(stack, visitor.page, f"{SYNC}/rejects?code=email_invalid")
    expect(visitor.frame.get_by_role("link", name=ids[0], exact=True)).to_be_visible(timeout=PATIENCE)
    reason = visitor.frame.get_by_role("row").filter(has_text="contacts").filter(has_text="email_invalid")
    visitor.click(reason.get_by_role("button", name=re.compile(r"^Try all \d+ again$")).first)
    for id_ in ids:
        expect(visitor.frame.get_by_role("link", name=id_, exact=True)).to_be_hidden(timeout=RUN)
    assert all(stack.sandbox.holds("contacts", ("name", f"sf_contact_{id_}")) for id_ in ids)
    assert visitor.clicks == 3


def address_in_the_text(stack: Stack, run_id: str) -> str:
    """The address that a mail about the failed task carries."""
    settle = next(task for task in stack.airflow.tasks(DAG, run_id) if task["task_id"] == "contacts.settle")
    found = re.search(r"What to do: (http\S+/runs/[^\s\"']+)", stack.airflow.log(DAG, run_id, settle))
    assert found is not None
    return found[1]


def test_a_question_is_declined_where_its_plan_is_shown(stack: Stack, visitor: Visitor) -> None:
    """The run ends without a write, and the record is still there."""
    mapping = stack.settings.mappings / "default" / "leads.yaml"
    mapping.write_text(mapping.read_text().replace("on_delete: keep", "on_delete: delete\nmax_removals: 0"))
    lead = stack.sandbox.add("Lead", {"LastName": "Dotazová", "Company": "Firma"})
    loaded = stack.airflow.trigger(DAG, {"mode": "records", "ids": [lead], "mappings": ["leads"]})
    assert stack.airflow.wait(DAG, loaded, SECONDS) == "success"
    control(stack, "DELETE", f"/records/Lead/{lead}")
    time.sleep(PARSED)
    run_id = stack.airflow.trigger(DAG, {"mappings": ["leads"]})
    wait_for("the question", lambda: asks(stack, run_id), stack.processes, SECONDS)
    wait_for("the end of the asking try", lambda: knows_of_its_end(stack, run_id), stack.processes, SECONDS)
    open_page(stack, visitor.page, f"{SYNC}/answers")
    question = visitor.frame.get_by_role("button", name="Write nothing")
    expect(question).to_be_visible(timeout=PATIENCE)
    expect(visitor.frame.get_by_text("max_removals allows 0")).to_be_visible()
    visitor.click(question)
    expect(visitor.frame.get_by_role("region", name="Answers given").get_by_text("Write nothing")).to_be_visible(
        timeout=PATIENCE
    )
    assert stack.airflow.wait(DAG, run_id, SECONDS) == "success"
    assert stack.sandbox.holds("contacts", ("name", f"sf_lead_{lead}"))


def asks(stack: Stack, run_id: str) -> bool:
    """As Airflow tells it: to load the page until the question is there takes two seconds of a core each time."""
    found = stack.airflow.ask("GET", f"/dags/{DAG}/dagRuns/{run_id}/taskInstances/leads.approve")
    return bool(found["state"] == "awaiting_input")


def knows_of_its_end(stack: Stack, run_id: str) -> bool:
    """Whether the scheduler has read that the asking try has ended. An answer before that counts as its death, and the
    next try comes half a minute later.
    """
    lines = (stack.processes.logs / "scheduler.log").read_text(errors="replace").splitlines()
    return any("Received executor event" in line and "leads.approve" in line and run_id in line for line in lines)
