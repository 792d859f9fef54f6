"""A reference that one of several mappings may have written: who a task is about."""

from __future__ import annotations

from datetime import datetime

import pytest

from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.testing import Sandbox
from tests.scenarios.oracle import alive
from tests.scenarios.scenario_runner import Runner, counts, rewrite

TASKS = """
salesforce: Task
daktela: crmRecords
key: "sf_task_{Id}"
fields:
  type: {value: opportunity}
  title: {from: Subject, default: "(no subject)"}
  stage: {from: IsClosed, values: {"true": CLOSE, "false": OPEN}}
  contact: {lookup: [contacts, leads], from: WhoId}
"""


@pytest.fixture
def with_tasks(runner: Runner) -> Runner:
    """The shipped mappings, and tasks as the last."""
    (runner.folder / "tasks.yaml").write_text(TASKS)
    rewrite(runner.folder / "sync.yaml", "opportunities]", "opportunities, tasks]")
    return runner


def make(sandbox: Sandbox, who: str, at: datetime) -> str:
    return sandbox.salesforce.records.create("Task", {"Subject": "Zavolat", "WhoId": who}, at=at)


def contact_of(sandbox: Sandbox, task: str) -> object:
    record = sandbox.daktela.get("crmRecords", f"sf_task_{task}")
    assert record is not None
    return record.values["contact"]


def test_whichever_mapping_wrote_the_record_gives_its_name(
    with_tasks: Runner, sandbox: Sandbox, before_now: datetime
) -> None:
    """A plan and the run agree, and a full run over them finds nothing changed."""
    contact, lead = alive(sandbox, "Contact")[0]["Id"], alive(sandbox, "Lead")[0]["Id"]
    tasks = {who: make(sandbox, who, before_now) for who in (contact, lead)}
    planned = counts(with_tasks.run(RunRequest(mode=Mode.PLAN)))["tasks"]
    assert counts(with_tasks.run())["tasks"] == planned == {"created": 2}
    names = with_tasks.ledger.records.names("default", "contacts", [contact])
    assert contact_of(sandbox, tasks[contact]) == names[contact]
    assert contact_of(sandbox, tasks[lead]) == f"sf_lead_{lead}"
    assert counts(with_tasks.run(RunRequest(mode=Mode.FULL)))["tasks"] == {"unchanged": 2}


def test_a_child_waits_while_no_mapping_has_the_parent(
    with_tasks: Runner, sandbox: Sandbox, before_now: datetime
) -> None:
    """And goes on when one of them brings it."""
    with_tasks.run()
    lead = sandbox.salesforce.records.create("Lead", {"LastName": "Nová", "Company": "Firma"}, at=before_now)
    task = make(sandbox, lead, before_now)
    only = RunRequest(mappings=("tasks",))
    assert counts(with_tasks.run(only)) == {"tasks": {"parked": 1}}
    assert with_tasks.run(RunRequest(mappings=("leads",)))["leads"].outcomes["created"] == 1
    assert with_tasks.run(only)["tasks"].outcomes["created"] == 1
    assert contact_of(sandbox, task) == f"sf_lead_{lead}"
    assert with_tasks.ledger.parking.read("default", "tasks") == []


def test_a_merge_points_tasks_to_the_winner(with_tasks: Runner, sandbox: Sandbox, before_now: datetime) -> None:
    """Of leads as well as of contacts."""
    rewrite(with_tasks.folder / "leads.yaml", "on_delete: keep", "on_delete: delete")
    winner, loser = (row["Id"] for row in alive(sandbox, "Lead")[:2])
    task = make(sandbox, loser, before_now)
    with_tasks.run()
    sandbox.salesforce.records.merge("Lead", winner, [loser])
    with_tasks.run(RunRequest(mode=Mode.RECORDS, ids=(loser,), mappings=("leads",)))
    assert sandbox.daktela.get("contacts", f"sf_lead_{loser}") is None
    assert contact_of(sandbox, task) == f"sf_lead_{winner}"
