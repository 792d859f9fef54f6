"""What the page of all syncs says of what was read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.model import Position
from salesforce_daktela.mapping.problems import MappingProblem
from salesforce_daktela.ui.syncs.facts import DagFacts, LastRun, SyncFacts, SyncsFacts
from salesforce_daktela.ui.syncs.view import MOST_PROBLEMS, State, SyncRow, show_syncs
from salesforce_daktela.ui.wording import Language, words_in
from tests.ui.conftest import SHIPPED

NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
SPEC = load_sync(SHIPPED)
PROBLEM = MappingProblem(position=Position("mappings/a/contacts.yaml", 7), path="fields.title", what="w", advice="do")
ON = DagFacts(paused=False, next_run=NOON)


def row(sync: SyncFacts, language: Language = Language.ENGLISH) -> SyncRow:
    (found,) = show_syncs(SyncsFacts(folder="/f", syncs=(sync,)), words_in(language)).rows
    return found


def sync(**known: object) -> SyncFacts:
    return SyncFacts(name="a", dag_id="salesforce_to_daktela__a", **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (sync(spec=SPEC, dag=ON), State.ACTIVE),
        (sync(spec=SPEC, dag=DagFacts(paused=True, next_run=NOON)), State.PAUSED),
        (sync(spec=SPEC), State.WAITING),
        (sync(problems=(PROBLEM,), dag=ON), State.BROKEN),
        (sync(problems=(PROBLEM,)), State.BROKEN),
        (sync(dag=ON), State.ELSEWHERE),
    ],
)
def test_a_sync_has_one_state(facts: SyncFacts, state: State) -> None:
    """Its files come before what Airflow knows; whatever is not active says what to do."""
    shown = row(facts)
    assert shown.state is state
    assert bool(shown.advice) == (state is not State.ACTIVE)


def test_a_problem_has_its_place_and_what_to_do() -> None:
    """The first of them, and how many follow."""
    shown = row(sync(problems=(PROBLEM,) * (MOST_PROBLEMS + 2)))
    first = shown.problems[0]
    assert (first.place, first.path, first.what, first.advice) == (
        "mappings/a/contacts.yaml:7",
        "fields.title",
        "w",
        "do",
    )
    assert (len(shown.problems), shown.more_problems) == (MOST_PROBLEMS, "2 more problems")
    assert row(sync(problems=(PROBLEM,))).more_problems == ""


def test_a_paused_sync_has_no_next_run() -> None:
    """Airflow keeps a moment for it all the same."""
    shown = row(sync(spec=SPEC, dag=DagFacts(paused=True, next_run=NOON)))
    assert (shown.next_run, shown.unplanned) == (None, "None while paused")


def test_the_next_run_is_told_on_the_clock_of_the_schedule() -> None:
    """A sync without a schedule is started by somebody."""
    next_run = row(sync(spec=SPEC, dag=ON)).next_run
    assert next_run is not None
    assert (next_run.text, next_run.zone) == ("Jul 1, 2026 14:00", "Europe/Prague")
    assert row(sync(spec=SPEC, dag=DagFacts(paused=False, next_run=None))).unplanned == "When somebody starts it"


@pytest.mark.parametrize(
    ("run", "label"),
    [
        (LastRun(run_id="r", state="success", at=NOON), "Succeeded"),
        (LastRun(run_id="r", state="success", at=NOON, unwritten="deferred"), "Deferred by a limit"),
        (LastRun(run_id="r", state="success", at=NOON, unwritten="declined"), "Declined"),
        (LastRun(run_id="r", state="success", at=NOON, unwritten="planned"), "Planned only"),
        (LastRun(run_id="r", state="failed", at=NOON), "Failed"),
        (LastRun(run_id="r", state="running", at=NOON), "Running"),
        (LastRun(run_id="r", state="queued", at=NOON), "Queued"),
    ],
)
def test_the_last_run_says_how_it_ended(run: LastRun, label: str) -> None:
    """A green run that wrote nothing is told apart."""
    cell = row(sync(spec=SPEC, dag=ON, last_run=run)).last_run
    assert cell is not None
    assert cell.label == label


def test_the_outcomes_are_counted_in_the_reader_s_language() -> None:
    """Those that occurred."""
    run = LastRun(run_id="r", state="success", at=NOON, counts={"created": 1200, "rejected": 3, "kept": 0})
    facts = sync(spec=SPEC, dag=ON, last_run=run)
    english, czech = row(facts).last_run, row(facts, Language.CZECH).last_run
    assert english is not None
    assert czech is not None
    assert english.counts == "1,200 created · 3 rejected"
    assert czech.counts == "vytvořeno 1\xa0200 · odmítnuto 3"


def test_an_empty_folder_greets_unless_others_have_syncs() -> None:
    """Who may see none of them is told which right is missing."""
    words = words_in(Language.ENGLISH)
    assert show_syncs(SyncsFacts(folder="/f"), words).greets
    hidden = show_syncs(SyncsFacts(folder="/f", others=True), words)
    assert (hidden.greets, hidden.none_readable) == (False, True)
    assert not show_syncs(SyncsFacts(folder="/f", folder_trouble="no folder"), words).greets


def test_names_and_messages_stay_on_one_line() -> None:
    """Control characters and marks that turn the direction of writing are shown as what they are."""
    problem = MappingProblem(position=Position("a/\u202eb", 1), path="p\n", what="w\x1b[2J", advice="")
    (shown,) = row(sync(problems=(problem,))).problems
    assert (shown.place, shown.path, shown.what) == ("a/\\u202eb:1", "p\\n", "w\\x1b[2J")
