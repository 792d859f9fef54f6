"""What the page of one sync's health shows, in the words of one language. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from salesforce_daktela.ledger.records.entries import OpenReason
from salesforce_daktela.mapping.problems import one_line
from salesforce_daktela.ui.code_words import words_of_code
from salesforce_daktela.ui.runs.outcomes import OutcomeTable, show_outcomes
from salesforce_daktela.ui.syncs.facts import LastRun, SyncFacts
from salesforce_daktela.ui.syncs.run_words import counted, run_label
from salesforce_daktela.ui.syncs.view import state_of, state_words
from salesforce_daktela.ui.watching.health.chart import Chart, show_chart, show_key
from salesforce_daktela.ui.watching.health.facts import Health, Remembered
from salesforce_daktela.ui.watching.health.limits import Limit, show_limits
from salesforce_daktela.ui.watching.health.needs import Need, show_needs
from salesforce_daktela.ui.watching.status.facts import StatusFacts
from salesforce_daktela.ui.watching.status.mappings import MappingRow, show_mappings
from salesforce_daktela.ui.watching.status.schema_changes import ChangeRow, show_changes
from salesforce_daktela.ui.wording import Words

HEIGHT = 96
MOST_REASONS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run in the table beside the chart: a colour and words for its state."""

    run_id: str
    at: str
    tone: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonRow:
    """Why records are rejected: a code with its words, how many, in which mappings, and since when the oldest is."""

    code: str
    what: str
    todo: str
    field: str
    count: str
    mappings: tuple[tuple[str, str], ...]
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedRow:
    """Children of one mapping that wait for parents of another one."""

    mapping: str
    parent_mapping: str
    count: str
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusView:
    """The page. ``well`` is whether nothing asks for anybody; ``last_run`` and what follows may be empty.

    ``runs`` are newest first, in the order of the rows of ``table``.
    """

    tone: str
    state: str
    advice: str
    next_run: str
    needs: tuple[Need, ...]
    well: bool
    last_run: RunRow | None
    last_counts: str
    ledger_trouble: str
    chart: Chart | None
    key: tuple[tuple[str, str], ...]
    runs: tuple[RunRow, ...]
    table: OutcomeTable | None
    mappings: tuple[MappingRow, ...]
    rejects: tuple[ReasonRow, ...]
    more_rejects: str
    parked: tuple[ParkedRow, ...]
    limits: tuple[Limit, ...]
    changes: tuple[ChangeRow, ...]


def show_status(facts: StatusFacts, words: Words) -> StatusView:
    """Return the page for what was read."""
    health, now = facts.health, facts.now
    sync, found = health.sync, health.remembered or Remembered()
    zone = zone_of(sync)
    state = state_of(sync)
    label, advice = state_words(state, words)
    needs = show_needs(health, now, words)
    runs = tuple(reversed(found.runs))
    rejects = _rejects(found, now, words)
    more = len(rejects) - MOST_REASONS
    return StatusView(
        tone=state.value,
        state=label,
        advice=advice,
        next_run=_next_run(sync, words),
        needs=needs,
        well=not needs and bool(runs),
        last_run=None if sync.last_run is None else _run_row(sync.last_run, now, words),
        last_counts="" if sync.last_run is None else counted(sync.last_run, words),
        ledger_trouble=facts.ledger_trouble,
        chart=show_chart(found.runs, HEIGHT, zone, words) if runs else None,
        key=show_key(words),
        runs=tuple(
            _run_row(
                LastRun(run_id=run.run_id, state=_state(run.state), at=run.finished, unwritten=run.state), now, words
            )
            for run in runs
        ),
        table=_table(health, zone, words),
        mappings=show_mappings(sync, found, now, words),
        rejects=rejects[:MOST_REASONS],
        more_rejects=words.ngettext("%(num)d more reason", "%(num)d more reasons", more) % {"num": more}
        if more > 0
        else "",
        parked=_parked(found, now, words),
        limits=show_limits(found.told, sync.spec, now, words),
        changes=show_changes(found.told.changes, now, words),
    )


def zone_of(sync: SyncFacts) -> str:
    """Return the IANA zone of the sync's schedule."""
    return (sync.spec.timezone if sync.spec else None) or "UTC"


def _state(state: str) -> str:
    """The state of Airflow that the ledger's comes with."""
    return "failed" if state == "failed" else "success"


def _run_row(run: LastRun, now: datetime, words: Words) -> RunRow:
    tone, label = run_label(run, words)
    return RunRow(run_id=run.run_id, at=words.ago(run.at, now), tone=tone, label=label)


def _table(health: Health, zone: str, words: Words) -> OutcomeTable | None:
    runs = health.remembered.runs if health.remembered else ()
    if not runs:
        return None
    table = show_outcomes([(words.moment(run.finished, zone), run.counts) for run in reversed(runs)], {}, words)
    return OutcomeTable(columns=table.columns, rows=table.rows, total=None)


def _next_run(sync: SyncFacts, words: Words) -> str:
    if sync.dag is None or sync.dag.paused or sync.dag.next_run is None:
        return ""
    zone = zone_of(sync)
    moment = f"{words.moment(sync.dag.next_run, zone)} {zone}"
    return words.gettext("Next run: %(moment)s.") % {"moment": moment}


def _rejects(found: Remembered, now: datetime, words: Words) -> tuple[ReasonRow, ...]:
    """One row for each code and field, most frequent first."""
    groups: dict[tuple[str, str], list[OpenReason]] = {}
    for reason in found.rejects:
        groups.setdefault((reason.code, reason.field), []).append(reason)
    ordered = sorted(groups.items(), key=lambda group: -sum(reason.count for reason in group[1]))
    rows = []
    for (code, field), reasons in ordered:
        said = words_of_code(code, words)
        rows.append(
            ReasonRow(
                code=one_line(code),
                what=said.what,
                todo=said.todo,
                field=one_line(field),
                count=words.number(sum(reason.count for reason in reasons)),
                mappings=tuple((one_line(reason.mapping), words.number(reason.count)) for reason in reasons),
                since=words.ago(min(reason.since for reason in reasons), now),
            )
        )
    return tuple(rows)


def _parked(found: Remembered, now: datetime, words: Words) -> tuple[ParkedRow, ...]:
    return tuple(
        ParkedRow(
            mapping=one_line(group.mapping),
            parent_mapping=one_line(group.parent_mapping),
            count=words.number(group.children),
            since=words.ago(group.since, now),
        )
        for group in found.parked
    )
