"""What the page of all syncs shows, in the words of one language. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from salesforce_daktela.mapping.language.loader import NAME
from salesforce_daktela.mapping.problems import MappingProblem, one_line
from salesforce_daktela.ui.syncs.facts import DagFacts, LastRun, SyncFacts, SyncsFacts
from salesforce_daktela.ui.syncs.run_words import counted, run_label
from salesforce_daktela.ui.way import READY, Step
from salesforce_daktela.ui.wording import Words

MOST_PROBLEMS = 50


class State(StrEnum):
    """How a sync stands. Its value also names its colour."""

    BROKEN = "broken"
    WAITING = "waiting"
    ACTIVE = "active"
    PAUSED = "paused"
    ELSEWHERE = "elsewhere"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A moment for people, with its zone, and for machines."""

    text: str
    zone: str
    iso: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemRow:
    """One problem of a file, each piece on one line. ``advice`` may be empty."""

    place: str
    path: str
    what: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCell:
    """The last run. ``outcome`` names its colour; ``counts`` may be empty."""

    run_id: str
    outcome: str
    label: str
    at: Moment
    counts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncRow:
    """One sync. ``next_run`` is a moment or, where nothing is planned, ``unplanned`` says why.

    ``entry`` is the step to begin with, empty for who may not edit and where there are no files. ``unsaved`` is whether
    the person has a draft beside the files; ``watched`` whether the pages that watch it have anything to show.
    """

    name: str
    dag_id: str
    has_dag: bool
    entry: str
    unsaved: bool
    watched: bool
    contents: str
    state: State
    state_label: str
    advice: str
    problems: tuple[ProblemRow, ...]
    more_problems: str
    last_run: RunCell | None
    next_run: Moment | None
    unplanned: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncsView:
    """The page. ``empty`` and what follows it are empty where they do not apply; ``folder`` is the mappings folder."""

    folder: str
    rows: tuple[SyncRow, ...]
    greets: bool
    none_readable: bool
    folder_trouble: str
    ledger_trouble: str


def show_syncs(facts: SyncsFacts, words: Words) -> SyncsView:
    """Return the page for what was read."""
    nothing = not facts.syncs and not facts.folder_trouble
    return SyncsView(
        folder=facts.folder,
        rows=tuple(_row(sync, words) for sync in facts.syncs),
        greets=nothing and not facts.others,
        none_readable=nothing and facts.others,
        folder_trouble=facts.folder_trouble,
        ledger_trouble=facts.ledger_trouble,
    )


def state_of(sync: SyncFacts) -> State:
    """Return how a sync stands: what is wrong with its files comes before what Airflow knows of it."""
    if sync.problems:
        return State.BROKEN
    if sync.spec is None:
        return State.DRAFT if sync.draft and sync.dag is None else State.ELSEWHERE
    if sync.dag is None or sync.dag.files not in (None, sync.files):
        return State.WAITING
    return State.PAUSED if sync.dag.paused else State.ACTIVE


def _row(sync: SyncFacts, words: Words) -> SyncRow:
    state = state_of(sync)
    label, advice = state_words(state, words)
    next_run, unplanned = _next_run(sync, sync.dag, words)
    more = len(sync.problems) - MOST_PROBLEMS
    return SyncRow(
        name=one_line(sync.name),
        dag_id=sync.dag_id,
        has_dag=sync.dag is not None,
        entry=_entry(state) if sync.edit and state is not State.ELSEWHERE else "",
        unsaved=sync.draft and state is not State.DRAFT,
        watched=state is not State.DRAFT and NAME.fullmatch(sync.name) is not None,
        contents=_contents(sync, words),
        state=state,
        state_label=label,
        advice=advice,
        problems=tuple(_problem(problem) for problem in sync.problems[:MOST_PROBLEMS]),
        more_problems=words.ngettext("%(num)d more problem", "%(num)d more problems", more) % {"num": more}
        if more > 0
        else "",
        last_run=None if sync.last_run is None else _run(sync, sync.last_run, words),
        next_run=next_run,
        unplanned=unplanned,
    )


def _entry(state: State) -> str:
    """What exists is opened where its fields are, what is new at the first step."""
    new = state is State.DRAFT or Step.MAP not in READY
    return (min(READY, key=list(Step).index) if new else Step.MAP).value


def state_words(state: State, words: Words) -> tuple[str, str]:
    """Return a state's name, and what to do, which may be empty."""
    _ = words.gettext
    said: Mapping[State, tuple[str, str]] = {
        State.BROKEN: (_("Broken"), _("Mend these places. Until then its runs stop before they write anything.")),
        State.WAITING: (
            _("Waiting for deployment"),
            _("Airflow has not read these files yet. If that takes minutes, deploy them to its DAG processor."),
        ),
        State.DRAFT: (_("Draft"), _("Only you see it: nothing is saved yet.")),
        State.ACTIVE: (_("Active"), ""),
        State.PAUSED: (_("Paused"), _("Nothing is loaded. Switch its DAG on to activate it: a run starts at once.")),
        State.ELSEWHERE: (
            _("Files not here"),
            _("Its DAG is there, but its files are not in the folder that this page reads."),
        ),
    }
    return said[state]


def _contents(sync: SyncFacts, words: Words) -> str:
    if sync.spec is None:
        return ""
    _ = words.gettext
    objects = ", ".join(dict.fromkeys(mapping.sobject for mapping in sync.spec.mappings))
    if sync.spec.database is None:
        return _("%(objects)s into the connection's CRM Database") % {"objects": objects}
    return _("%(objects)s into CRM Database %(database)s") % {"objects": objects, "database": sync.spec.database}


def _problem(problem: MappingProblem) -> ProblemRow:
    return ProblemRow(
        place=one_line(str(problem.position)),
        path=one_line(problem.path),
        what=one_line(problem.what),
        advice=one_line(problem.advice),
    )


def _run(sync: SyncFacts, run: LastRun, words: Words) -> RunCell:
    outcome, label = run_label(run, words)
    return RunCell(
        run_id=run.run_id, outcome=outcome, label=label, at=_moment(sync, run.at, words), counts=counted(run, words)
    )


def _next_run(sync: SyncFacts, dag: DagFacts | None, words: Words) -> tuple[Moment | None, str]:
    _ = words.gettext
    if dag is None:
        return None, ""
    if dag.paused:
        return None, _("None while paused")
    if dag.next_run is None:
        return None, _("When somebody starts it")
    return _moment(sync, dag.next_run, words), ""


def _moment(sync: SyncFacts, at: datetime, words: Words) -> Moment:
    """On the clock of the sync's schedule."""
    zone = (sync.spec.timezone if sync.spec else None) or "UTC"
    return Moment(text=words.moment(at, zone), zone=zone, iso=at.isoformat())
