"""What the page of one run shows, in the words of one language. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from salesforce_daktela.mapping.problems import one_line
from salesforce_daktela.sync.outcome import count_written
from salesforce_daktela.sync.run_report import COMPARISON
from salesforce_daktela.ui.runs.ending import show_ending
from salesforce_daktela.ui.runs.outcomes import OutcomeTable, show_outcomes
from salesforce_daktela.ui.runs.plan_words import ways_of
from salesforce_daktela.ui.runs.reported import asks
from salesforce_daktela.ui.runs.run_view import RunView, show_run
from salesforce_daktela.ui.watching.run.facts import RunPageFacts
from salesforce_daktela.ui.watching.run.mapping_view import MappingView, show_mapping
from salesforce_daktela.ui.watching.run.progress_view import ProgressRow, show_progress
from salesforce_daktela.ui.watching.run.stopped_view import StoppedView, show_stopped
from salesforce_daktela.ui.wording import Words

MOST_TASKS = 20
UNWRITTEN = ("deferred", "declined", "planned")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """A task to open in Airflow; ``index`` is -1 for one that is not mapped. ``name`` is as Airflow shows it."""

    task_id: str
    index: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPageView:
    """The page. ``kept`` is the run's id in the ledger. ``run`` is None for one that Airflow does not know.

    ``stopped`` is said in place of ``title`` and ``advice``.
    ``known`` is whether anybody knows it. ``title`` and ``advice`` sum it up; either may be empty. ``troubles`` are
    sentences of the product. ``failed`` and ``asking`` are tasks to open, ``more_failed`` how many others failed.
    ``table`` adds up the outcomes of all.
    """

    run_id: str
    kept: str
    run: RunView | None
    known: bool
    title: str
    advice: str
    tone: str
    troubles: tuple[str, ...]
    stopped: StoppedView | None
    failed: tuple[TaskLine, ...]
    more_failed: int
    asking: tuple[TaskLine, ...]
    progress: tuple[ProgressRow, ...]
    table: OutcomeTable | None
    mappings: tuple[MappingView, ...]


def show_run_page(facts: RunPageFacts, words: Words) -> RunPageView:
    """Return the page for what was read."""
    reports = sorted(facts.reports, key=lambda report: _place(facts, str(report["mapping"])))
    states = {str(report["state"]) for report in reports}
    failed = [_line(task, index) for task, index, state in facts.tasks if state == "failed"]
    asking = [_line(task, index) for task, index, state in facts.tasks if asks(task, state)]
    stopped = _stopped(facts, words, again=bool(reports))
    title, advice = _ending(facts, states, asks=bool(asking), written=any(map(_written, reports)), words=words)
    return RunPageView(
        run_id=facts.run_id,
        kept=facts.kept,
        run=_run(facts, states, words),
        known=facts.run is not None or bool(reports),
        title=title,
        advice=advice,
        tone="broken" if (facts.run is not None and facts.run.state == "failed") or "failed" in states else "",
        troubles=_troubles(facts, [] if stopped else reports),
        stopped=stopped,
        failed=tuple(failed[:MOST_TASKS]),
        more_failed=max(0, len(failed) - MOST_TASKS),
        asking=tuple(asking) if facts.run is not None and not facts.run.ended else (),
        progress=tuple(show_progress(each, words) for each in facts.underway),
        table=_table(facts, reports, words),
        mappings=tuple(show_mapping(report, facts, words) for report in reports),
    )


def _run(facts: RunPageFacts, states: set[str], words: Words) -> RunView | None:
    if facts.run is None:
        return None
    unwritten = next((state for state in UNWRITTEN if state in states), "")
    return show_run(facts.run, facts.zone, words, unwritten=unwritten)


def _stopped(facts: RunPageFacts, words: Words, *, again: bool) -> StoppedView | None:
    """What the first task has left. A limit is told by the reports that it saves; a failure by nothing else."""
    if facts.stopped is None or (again and facts.stopped.failure is None):
        return None
    return show_stopped(facts.stopped, words, again=again)


def _written(report: Mapping[str, Any]) -> int:
    return count_written(report["repaired" if report["kind"] == COMPARISON else "outcomes"])


def _ending(facts: RunPageFacts, states: set[str], *, asks: bool, written: bool, words: Words) -> tuple[str, str]:
    if facts.run is not None:
        return show_ending(facts.run, states, asks=asks, written=written, words=words)
    if not states:
        return "", ""
    return words.gettext("Started in a terminal"), words.gettext("Airflow has no run of this name; the ledger has.")


def _place(facts: RunPageFacts, mapping: str) -> tuple[int, str]:
    order = [] if facts.spec is None else [each.name for each in facts.spec.mappings]
    return order.index(mapping) if mapping in order else len(order), mapping


def _line(task: str, index: int) -> TaskLine:
    return TaskLine(task_id=task, index=index, name=task if index < 0 else f"{task} [{index}]")


def _troubles(facts: RunPageFacts, reports: list[Mapping[str, Any]]) -> tuple[str, ...]:
    told = [
        f"{report['mapping']}: {reason}"
        for report in reports
        for reason in (report.get("failure"), report.get("deferred"))
        if reason
    ]
    return tuple(one_line(text) for text in [*told, *filter(None, [facts.ledger_trouble])])


def _table(facts: RunPageFacts, reports: list[Mapping[str, Any]], words: Words) -> OutcomeTable | None:
    loaded = [report for report in reports if report["kind"] != COMPARISON and report["outcomes"]]
    if not loaded:
        return None
    counts = [(str(report["mapping"]), report["outcomes"]) for report in loaded]
    read = {str(report["mapping"]): int(report["extracted"]) for report in loaded}
    return show_outcomes(counts, ways_of(facts.spec), words, read=read)
