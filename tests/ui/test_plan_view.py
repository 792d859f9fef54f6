"""What the step Plan says of what was read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.model import Position
from salesforce_daktela.mapping.problems import MappingProblem
from salesforce_daktela.steps.plan.mapping_plan import MappingPlan
from salesforce_daktela.steps.plan.sync_plan import SyncPlan
from tests.ui.conftest import SHIPPED

pytestmark = pytest.mark.usefixtures("server")  # Airflow is set up before its modules are imported

NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
SPEC = load_sync(SHIPPED)


def mapping_plan(name: str, counts: dict[str, int], **known: Any) -> MappingPlan:
    usual: dict[str, Any] = {
        "removals": 0,
        "changed_fields": {},
        "sampled": 0,
        "sample": None,
        "planned": None,
        "daktela_calls": sum(counts.values()),
        "salesforce_calls": 3,
        "reasons": (),
    }
    return MappingPlan(mapping=name, counts=counts, **{**usual, **known})


PLAN = SyncPlan.of(
    SPEC,
    [mapping_plan("accounts", {"created": 1150, "adopted": 2}), mapping_plan("contacts", {"created": 48, "parked": 1})],
)


def shown(language: str = "en", *, standing: dict[str, Any] | None = None, **known: Any) -> Any:
    from salesforce_daktela.ui.plan.view import show_plan
    from salesforce_daktela.ui.runs.facts import RunFacts, SyncStanding
    from salesforce_daktela.ui.runs.planned import Planned
    from salesforce_daktela.ui.syncs.facts import DagFacts
    from salesforce_daktela.ui.wording import Language, words_in

    paused = DagFacts(paused=True, next_run=None)
    sync = SyncStanding(**{"name": "a", "spec": SPEC, "dag": paused, "plans": True, **(standing or {})})
    state = known.pop("state", None)
    run = None if state is None else RunFacts(dag_id="plan__a", run_id="manual__1", state=state, at=NOON)
    planned = Planned(**{"dag_id": "plan__a", "may_start": True, "may_read": True, "run": run, **known})
    return show_plan(sync, planned, words_in(Language(language)))


def test_before_the_first_plan_there_is_a_button_and_nothing_else() -> None:
    """Nothing is in the way."""
    view = shown()
    assert (view.button, view.missing, view.blocked, view.run, view.table) == (
        "Plan the next run",
        "",
        None,
        None,
        None,
    )


def test_a_plan_is_counted_by_mapping_and_outcome() -> None:
    """The usual outcomes with their zeros, the others only where they occur, and the sum."""
    view = shown(state="success", plan=PLAN)
    assert view.table.columns == ("Created", "Adopted", "Updated", "Rejected", "Parked")
    assert [row.cells for row in view.table.rows] == [("1,150", "2", "0", "0", "0"), ("48", "0", "0", "0", "1")]
    assert [row.way for row in view.table.rows] == ["Account → accounts", "Contact → contacts"]
    assert (view.table.total.read, view.table.total.cells) == ("1,201", ("1,198", "2", "0", "0", "1"))
    assert view.button == "Plan again"


@pytest.mark.parametrize(
    ("language", "numbers"),
    [
        ("en", ["about 1,201", "2 minutes", "about 6"]),
        ("cs", ["asi 1\xa0201", "2 minuty", "asi 6"]),
    ],
)
def test_it_tells_requests_their_time_and_salesforce_calls(language: str, numbers: list[str]) -> None:
    """At the rate of sync.yaml, which is 10 a second here."""
    view = shown(language, state="success", plan=PLAN)
    assert [fact.value for fact in view.numbers] == numbers


def test_what_a_reader_must_know_of_a_plan_is_noted() -> None:
    """Changes that are not in it, files that are others now, records that would be rejected."""
    plan = replace(PLAN, mappings=(mapping_plan("leads", {"rejected": 2}),))
    notes = shown(state="success", plan=plan, current=False, standing={"unsaved": True}).notes
    assert [note.split(".")[0].split(":")[0] for note in notes] == [
        "Your draft has changes that are not saved",
        "The files have changed since this plan was made",
        "2 records would be rejected",
    ]
    assert shown(state="success", plan=PLAN).notes == ()


def test_a_dag_that_somebody_has_paused_plans_nothing() -> None:
    """Airflow would leave the plan in its queue without a word."""
    (note,) = shown(standing={"stuck": True}).notes
    assert note.startswith("The DAG plan__a is paused")


def test_what_the_run_would_ask_is_told_before() -> None:
    """With its mapping."""
    plan = replace(PLAN, mappings=(mapping_plan("leads", {"removed": 9}, would_ask=("9 would be deleted",)),))
    assert shown(state="success", plan=plan).questions == ("leads: 9 would be deleted",)


def test_why_there_is_no_plan_is_told_in_its_pieces() -> None:
    """Code, what happened and where, what to do; each on one line."""
    told = {"kind": "ConfigurationError", "where": "connection x", "what": "a\x1b[2J\nb", "advice": "mend it"}
    failure = shown(state="failed", failure=told).failure
    assert (failure.title, failure.code) == ("There is no plan", "ConfigurationError")
    assert (failure.what, failure.advice) == (("connection x: a\\x1b[2J", "b"), "mend it")
    assert shown(state="failed", failure={**told, "kind": "QuotaError"}).failure.title == "A limit is used up"
    assert "its log" in shown(state="failed").failure.advice.lower()
    assert shown(state="running").failure is None


@pytest.mark.parametrize(
    ("standing", "title", "step", "waits_for"),
    [
        ({"spec": None, "dag": None}, "Save first", "save", ""),
        ({"dag": None}, "Waiting for deployment", "save", "salesforce_to_daktela__a"),
        ({"outdated": True}, "Waiting for deployment", "save", "salesforce_to_daktela__a"),
        ({"plans": False}, "Waiting for deployment", "", "plan__a"),
        ({"spec": None}, "Its files are not here", "", ""),
        (
            {"problems": (MappingProblem(position=Position("a/x.yaml", 7), path="p", what="w"),)},
            "Its files have mistakes",
            "map",
            "",
        ),
    ],
)
def test_only_what_is_saved_and_deployed_can_be_planned(
    standing: dict[str, Any], title: str, step: str, waits_for: str
) -> None:
    """Else the page says what is missing, where to go, and what it waits for."""
    blocked = shown(standing=standing).blocked
    assert (blocked.title, str(blocked.step), blocked.waits_for) == (title, step, waits_for)


@pytest.mark.parametrize(("right", "word"), [("may_start", "start runs"), ("may_read", "read runs and XComs")])
def test_a_missing_right_is_named(right: str, word: str) -> None:
    """It belongs to the DAG that plans."""
    rights: dict[str, Any] = {right: False}
    missing = shown(**rights).missing
    assert word in missing
    assert "plan__a" in missing
