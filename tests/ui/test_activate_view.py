"""What the step Activate says of what was read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.ui.test_plan_view import NOON, PLAN, SPEC, mapping_plan

pytestmark = pytest.mark.usefixtures("server")  # Airflow is set up before its modules are imported

DAG = "salesforce_to_daktela__a"


def shown(*, paused: bool = True, standing: dict[str, Any] | None = None, **known: Any) -> Any:
    from salesforce_daktela.ui.activate.facts import ActivateFacts
    from salesforce_daktela.ui.activate.view import show_activate
    from salesforce_daktela.ui.runs.facts import SyncStanding
    from salesforce_daktela.ui.runs.planned import Planned
    from salesforce_daktela.ui.syncs.facts import DagFacts
    from salesforce_daktela.ui.wording import Language, words_in

    dag = DagFacts(paused=paused, next_run=NOON)
    planned = Planned(dag_id="plan__a", may_start=True, may_read=True, **known.pop("planned", {}))
    rights = {"may_switch": True, "may_start": True, "may_read": True}
    facts = ActivateFacts(
        standing=SyncStanding(**{"name": "a", "spec": SPEC, "dag": dag, "plans": True, **(standing or {})}),
        dag_id=DAG,
        planned=planned,
        **{**rights, **known},
    )
    return show_activate(facts, words_in(Language.ENGLISH))


def followed(state: str, *reports: Any, **known: Any) -> Any:
    from salesforce_daktela.ui.activate.facts import Followed
    from salesforce_daktela.ui.runs.facts import RunFacts

    run = RunFacts(dag_id=DAG, run_id="scheduled__1", state=state, at=NOON)
    return Followed(run=run, reports=reports, **known)


def report(mapping: str = "accounts", state: str = "settled", **known: Any) -> Any:
    from salesforce_daktela.ui.runs.reported import MappingReport

    return MappingReport(**{"mapping": mapping, "state": state, "counts": {"created": 3}, **known})


def test_the_button_says_that_a_run_starts_at_once() -> None:
    """The first one, a later one, or none where there is no schedule."""
    assert shown().button == "Activate: the first load starts now"
    assert shown(followed=followed("success")).button == "Activate: the next run starts now"
    assert shown(standing={"spec": replace(SPEC, schedule=None)}).button == "Activate"


def test_what_will_start_and_how_much_comes_from_the_plan() -> None:
    """Only from one of these files; without it the step Plan is offered."""
    view = shown(planned={"plan": PLAN})
    assert view.promise.table.total.cells[0] == "1,198"
    assert [fact.value for fact in view.promise.numbers] == ["about 1,201", "2 minutes", "about 6"]
    assert not view.promise.plans
    for planned in ({}, {"plan": PLAN, "current": False}):
        without = shown(planned=planned).promise
        assert (without.plans, without.table, without.numbers) == (True, None, ())


def test_a_plan_that_would_ask_says_so() -> None:
    """Nobody waits in vain for a run that waits for an answer."""
    asking = replace(PLAN, mappings=(mapping_plan("leads", {"created": 9}, would_ask=("first",)),))
    assert "It asks first" in " ".join(shown(planned={"plan": asking}).promise.sentences)
    assert "It asks first" not in " ".join(shown(planned={"plan": PLAN}).promise.sentences)


def test_an_active_sync_shows_what_it_is() -> None:
    """Its schedule and its next run; there is nothing to promise."""
    view = shown(paused=False, followed=followed("success", report()))
    assert (view.active, view.state, view.promise) == (True, "Active", None)
    assert "*/15 * * * *" in view.schedule
    assert "Europe/Prague" in view.schedule
    assert view.next_run == "Next run: Jul 1, 2026 14:00."
    assert not view.awaits_run


def test_after_switching_on_the_page_waits_for_the_run() -> None:
    """Unless nothing starts by itself: then it offers to start one."""
    assert shown(paused=False).awaits_run
    by_hand = shown(paused=False, standing={"spec": replace(SPEC, schedule=None)})
    assert (by_hand.awaits_run, by_hand.starts) == (False, True)
    assert not shown(paused=False).starts


def test_an_active_sync_can_be_paused_whatever_its_files_are() -> None:
    """Broken or not deployed yet: what runs can be stopped."""
    assert shown(paused=False, standing={"outdated": True}).blocked is None
    assert shown(standing={"outdated": True}).blocked.title == "Waiting for deployment"


def test_a_settled_run_is_told_by_outcome() -> None:
    """With the reasons of rejects, and the task whose log names the records."""
    from salesforce_daktela.ui.runs.reported import Reject

    rejects = (Reject(code="email_invalid", field="customFields.email", count=2), Reject(code="x", field="", count=1))
    view = shown(paused=False, followed=followed("success", report(rejects=rejects), report("contacts")))
    assert view.report.title == "The run is settled"
    assert [row.mapping for row in view.report.table.rows] == ["accounts", "contacts"]
    assert [(line.code, line.text, line.task_id) for line in view.report.rejects] == [
        ("email_invalid", "accounts: 2 in customFields.email", "accounts.settle"),
        ("x", "accounts: 1", "accounts.settle"),
    ]


@pytest.mark.parametrize(
    ("state", "reports", "label", "title"),
    [
        ("success", [{"state": "deferred", "deferred": "5 calls left"}], "Deferred by a limit", "A limit was reached"),
        ("success", [{"state": "declined"}], "Declined", "Somebody declined it"),
        ("success", [{"state": "planned"}], "Planned only", "It was only a plan"),
        ("failed", [{"state": "failed", "failure": "too many rejects"}], "Failed", "The run failed"),
        ("success", [{"state": "failed", "failure": "load failed"}], "Succeeded", "Somebody marked it as successful"),
        ("running", [], "Running", ""),
        ("success", [], "Succeeded", "The run has succeeded"),
    ],
)
def test_a_run_says_how_it_ended(state: str, reports: list[dict[str, Any]], label: str, title: str) -> None:
    """A green run that wrote nothing is told apart, with the sentence of the task that stopped it."""
    view = shown(paused=False, followed=followed(state, *[report(**each) for each in reports], failed=("a.load",)))
    assert (view.run.label, view.report.title) == (label, title)
    told = [f"accounts: {text}" for each in reports for text in (each.get("failure") or each.get("deferred"),) if text]
    assert list(view.report.troubles) == told
    assert view.report.failed == (("a.load",) if state == "failed" else ())


@pytest.mark.parametrize(
    ("counts", "advice"),
    [
        ({}, "Nothing was written; the next run asks again."),
        ({"created": 3, "deferred": 2}, "What the run had written before stays; the next run asks again."),
    ],
)
def test_a_declined_run_says_whether_it_had_written(counts: dict[str, int], advice: str) -> None:
    """Somebody agreed first, or another mapping asked nobody."""
    view = shown(paused=False, followed=followed("success", report(state="declined", counts=counts)))
    assert view.report.advice == advice


def test_a_run_that_waits_for_an_answer_names_the_task() -> None:
    """While it goes on; an old question is of no interest."""
    asking = shown(paused=False, followed=followed("running", asking=("leads.approve",))).report
    assert (asking.title, asking.asking) == ("The run waits for an answer", ("leads.approve",))
    assert shown(paused=False, followed=followed("success", asking=("leads.approve",))).report.asking == ()


@pytest.mark.parametrize(
    ("paused", "state", "held"), [(True, "running", True), (False, "running", False), (True, "success", False)]
)
def test_a_run_of_a_paused_sync_does_not_go_on(paused: bool, state: str, held: bool) -> None:
    """Airflow begins no further task of it, and whoever waits for its end is told."""
    view = shown(paused=paused, followed=followed(state))
    assert ("stays where it is" in view.held) == held


def test_missing_rights_are_named() -> None:
    """That to switch, and that to start."""
    assert "edit its DAG" in shown(may_switch=False).missing
    by_hand = shown(paused=False, standing={"spec": replace(SPEC, schedule=None)}, may_start=False)
    assert "start runs" in by_hand.missing_start
    assert not shown(paused=False, may_read=False).awaits_run
