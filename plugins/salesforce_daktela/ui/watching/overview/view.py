"""What the page of all syncs' health shows, in the words of one language. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from salesforce_daktela.mapping.language.loader import NAME
from salesforce_daktela.mapping.problems import one_line
from salesforce_daktela.ui.syncs.run_words import run_label
from salesforce_daktela.ui.syncs.view import state_of, state_words
from salesforce_daktela.ui.watching.health.chart import Chart, show_chart, show_key
from salesforce_daktela.ui.watching.health.facts import Health, Remembered
from salesforce_daktela.ui.watching.health.limits import Limit, show_limits
from salesforce_daktela.ui.watching.health.needs import TONES, Level, Need, level_of, show_needs
from salesforce_daktela.ui.watching.overview.facts import OverviewFacts
from salesforce_daktela.ui.wording import Words

HEIGHT = 32
METER = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A count or an age with its remark, which may be empty."""

    text: str
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCell:
    """The last run: a colour, words, when it was, and its id."""

    run_id: str
    tone: str
    label: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewRow:
    """One sync. ``steps`` are those of its set-up that the person may open.

    ``behind``, ``rejected`` and ``parked`` are None where the ledger does not tell.
    """

    name: str
    links: bool
    steps: list[str]
    level: Level
    tone: str
    state: str
    needs: tuple[Need, ...]
    last_run: RunCell | None
    chart: Chart | None
    behind: Told | None
    rejected: Told | None
    parked: Told | None
    limits: tuple[Limit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """How many syncs are on one level."""

    tone: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewView:
    """The page. Rows are worst first; ``sums`` are of more than one sync."""

    rows: tuple[OverviewRow, ...]
    sums: tuple[Sum, ...]
    key: tuple[tuple[str, str], ...]
    greets: bool
    none_readable: bool
    folder_trouble: str
    ledger_trouble: str


def show_overview(facts: OverviewFacts, words: Words) -> OverviewView:
    """Return the page for what was read."""
    rows = sorted((_row(health, facts.now, words) for health in facts.syncs), key=lambda row: (row.level, row.name))
    nothing = not rows and not facts.folder_trouble
    return OverviewView(
        rows=tuple(rows),
        sums=_sums(rows, words) if len(rows) > 1 else (),
        key=show_key(words),
        greets=nothing and not facts.others,
        none_readable=nothing and facts.others,
        folder_trouble=facts.folder_trouble,
        ledger_trouble=facts.ledger_trouble,
    )


def _sums(rows: Sequence[OverviewRow], words: Words) -> tuple[Sum, ...]:
    counted = Counter(row.level for row in rows)
    said = {
        Level.NOW: words.ngettext("%(num)s sync needs somebody", "%(num)s syncs need somebody", counted[Level.NOW]),
        Level.LOOK: words.ngettext("%(num)s sync to look at", "%(num)s syncs to look at", counted[Level.LOOK]),
        Level.WELL: words.ngettext("%(num)s sync is well", "%(num)s syncs are well", counted[Level.WELL]),
    }
    return tuple(
        Sum(tone=TONES[level], text=text % {"num": words.number(counted[level])})
        for level, text in said.items()
        if counted[level]
    )


def _row(health: Health, now: datetime, words: Words) -> OverviewRow:
    sync, remembered = health.sync, health.remembered
    state, needs = state_of(sync), show_needs(health, now, words)
    zone = (sync.spec.timezone if sync.spec else None) or "UTC"
    return OverviewRow(
        name=one_line(sync.name),
        links=NAME.fullmatch(sync.name) is not None,
        steps=["activate", *(["map"] if sync.edit else [])],
        level=level_of(needs),
        tone=state.value,
        state=state_words(state, words)[0],
        needs=needs,
        last_run=_last_run(health, now, words),
        chart=None if remembered is None else show_chart(remembered.runs, HEIGHT, zone, words),
        behind=None if remembered is None else _behind(remembered, now, words),
        rejected=None if remembered is None else _rejected(remembered, now, words),
        parked=None if remembered is None else _parked(remembered, now, words),
        limits=() if remembered is None else show_limits(remembered.told, sync.spec, now, words, width=METER),
    )


def _last_run(health: Health, now: datetime, words: Words) -> RunCell | None:
    run = health.sync.last_run
    if run is None:
        return None
    tone, label = run_label(run, words)
    return RunCell(run_id=run.run_id, tone=tone, label=label, at=words.ago(run.at, now))


def _behind(remembered: Remembered, now: datetime, words: Words) -> Told:
    if not remembered.watermarks:
        return Told(text=words.gettext("nothing is settled yet"))
    mapping, oldest = min(remembered.watermarks.items(), key=lambda each: each[1])
    return Told(text=words.span((now - oldest).total_seconds()), remark=one_line(mapping))


def _rejected(remembered: Remembered, now: datetime, words: Words) -> Told:
    since = min((reason.since for reason in remembered.rejects), default=None)
    return Told(text=words.number(remembered.rejected), remark="" if since is None else _oldest(since, now, words))


def _parked(remembered: Remembered, now: datetime, words: Words) -> Told:
    since = min((group.since for group in remembered.parked), default=None)
    return Told(text=words.number(remembered.waiting), remark="" if since is None else _oldest(since, now, words))


def _oldest(since: datetime, now: datetime, words: Words) -> str:
    return words.gettext("the oldest %(ago)s") % {"ago": words.ago(since, now)}
