"""What of a sync asks for somebody, worst first, each with the page where one goes on. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from urllib.parse import quote

from salesforce_daktela.mapping.problems import one_line
from salesforce_daktela.sync.outcome import count_written
from salesforce_daktela.ui.syncs.facts import LastRun
from salesforce_daktela.ui.syncs.view import State, state_of
from salesforce_daktela.ui.watching.health.facts import Health
from salesforce_daktela.ui.watching.health.limits import reserve_of
from salesforce_daktela.ui.wording import Words


class Level(IntEnum):
    """How soon somebody is needed."""

    NOW = 0
    LOOK = 1
    WELL = 2


TONES = {Level.NOW: "broken", Level.LOOK: "waiting", Level.WELL: "active"}
"""The colour of each level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One sentence. ``page`` is where to go on, and ``path`` its address below the sync's.

    ``why`` are the product's own sentences about it, in English.
    """

    level: Level
    tone: str
    text: str
    page: str
    path: str
    why: tuple[str, ...] = ()


def show_needs(health: Health, now: datetime, words: Words) -> tuple[Need, ...]:
    """Return what asks for somebody."""
    return tuple(sorted(_needs(health, now, words), key=lambda need: need.level))


def level_of(needs: tuple[Need, ...]) -> Level:
    """Return the worst level."""
    return min((need.level for need in needs), default=Level.WELL)


def _needs(health: Health, now: datetime, words: Words) -> Iterator[Need]:
    _ = words.gettext
    if health.questions:
        since = words.ago(health.questions[0].since, now)
        text = words.ngettext(
            "%(num)d task waits for an answer, asked %(ago)s",
            "%(num)d tasks wait for an answer, the first asked %(ago)s",
            len(health.questions),
        )
        yield _need(Level.NOW, text % {"num": len(health.questions), "ago": since}, "answers")
    state = state_of(health.sync)
    if state is State.BROKEN:
        yield _need(Level.NOW, _("Its files have mistakes: its runs stop before they write"), "map")
    if health.sync.last_run is not None:
        yield from _of_run(health, health.sync.last_run, words)
    if health.remembered is not None and health.remembered.told.left_out:
        fields = sum(len(paths) for paths in health.remembered.told.left_out.values())
        text = words.ngettext(
            "%(num)d field is not sent since a schema has changed",
            "%(num)d fields are not sent since a schema has changed",
            fields,
        )
        yield _need(Level.LOOK, text % {"num": fields}, "schema")
    yield from _of_limits(health, words)
    if state is State.PAUSED:
        yield _need(Level.LOOK, _("Its DAG is off: nothing is loaded"), "activate")


def _of_run(health: Health, run: LastRun, words: Words) -> Iterator[Need]:
    _ = words.gettext
    page, path = "runs", f"runs/{quote(run.run_id, safe='')}"
    if run.state == "failed":
        yield _need(Level.NOW, _("The last run failed"), page, path, _why(health, run.run_id))
    elif run.unwritten == "deferred":
        dag = health.sync.dag
        upcoming = None if dag is None or dag.paused else dag.next_run
        zone = (health.sync.spec.timezone if health.sync.spec else None) or "UTC"
        text = (
            _("A limit was reached: nothing is lost, somebody has to start the next run")
            if upcoming is None
            else _("A limit was reached: nothing is lost, the run of %(moment)s goes on")
            % {"moment": words.moment(upcoming, zone)}
        )
        yield _need(Level.LOOK, text, page, path, _why(health, run.run_id))
    elif run.state != "success" and health.remembered and health.remembered.runs:
        before = health.remembered.runs[-1]
        if before.state == "failed" and before.run_id != run.run_id:
            yield _need(
                Level.NOW,
                _("The run before this one failed"),
                page,
                f"runs/{quote(before.run_id, safe='')}",
                _why(health, before.run_id),
            )
    elif run.unwritten == "declined":
        text = (
            _("Somebody declined the last run: what it had written before stays, the next one asks again")
            if count_written(run.counts)
            else _("Somebody declined the last run: nothing was written, the next one asks again")
        )
        yield _need(Level.LOOK, text, page, path)


def _why(health: Health, run_id: str) -> tuple[str, ...]:
    told = None if health.remembered is None else health.remembered.told.why
    return tuple(one_line(reason) for reason in (told or {}).get(run_id, ()))


def _of_limits(health: Health, words: Words) -> Iterator[Need]:
    if health.remembered is None:
        return
    told, spec = health.remembered.told, health.sync.spec
    kept = None if told.calls is None else reserve_of(told.calls, spec)
    if told.calls is not None and kept is not None and told.calls.left <= kept:
        text = words.gettext("%(left)s of Salesforce's calls are left, and %(kept)s are kept for others: runs wait")
        yield _need(Level.LOOK, text % {"left": words.number(told.calls.left), "kept": words.number(kept)}, "status")
    if told.fresh:
        text = words.ngettext("%(num)d field has changed", "%(num)d fields have changed", told.fresh)
        yield _need(Level.LOOK, text % {"num": told.fresh}, "schema")


def _need(level: Level, text: str, page: str, path: str = "", why: tuple[str, ...] = ()) -> Need:
    return Need(level=level, tone=TONES[level], text=text, page=page, path=path or page, why=why)
