"""The latest runs as columns of their outcomes, drawn as SVG. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from salesforce_daktela.sync.outcome import Outcome
from salesforce_daktela.ui.watching.health.facts import RunSummary
from salesforce_daktela.ui.wording import Words

GROUPS: Mapping[str, tuple[Outcome, ...]] = {
    "written": (Outcome.CREATED, Outcome.UPDATED, Outcome.ADOPTED, Outcome.REMOVED),
    "same": (Outcome.UNCHANGED, Outcome.KEPT, Outcome.BECAME, Outcome.GONE),
    "later": (Outcome.PARKED, Outcome.DEFERRED),
    "rejected": (Outcome.REJECTED,),
}
"""Outcomes that have one colour, from the bottom of a column to its top."""

COLUMN, GAP = 10, 4
LEAST = 3
"""Height of the smallest part: one rejected record among ten thousand is seen."""

MARKED = ("failed", "declined", "deferred")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One colour of a column; ``y`` counts from the top."""

    group: str
    y: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One run. ``mark`` is its state where that is not the usual one; ``title`` is what it says."""

    run_id: str
    x: int
    parts: tuple[Part, ...]
    mark: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """``label`` says in a sentence what is drawn. ``width``, ``height`` and ``base`` are in the SVG's own units."""

    label: str
    width: int
    height: int
    base: int
    column: int
    columns: tuple[Column, ...]


def show_chart(runs: Sequence[RunSummary], height: int, zone: str, words: Words) -> Chart:
    """Return the chart of the latest runs, oldest first, ``height`` tall."""
    most = max((run.read for run in runs), default=0)
    rejecting = sum(1 for run in runs if run.counts.get(Outcome.REJECTED))
    failed = sum(1 for run in runs if run.state == "failed")
    return Chart(
        label=words.gettext("The last %(runs)s runs: %(failed)s failed, %(rejecting)s with rejected records")
        % {"runs": words.number(len(runs)), "failed": words.number(failed), "rejecting": words.number(rejecting)},
        width=len(runs) * (COLUMN + GAP),
        height=height + GAP * 2,
        base=height,
        column=COLUMN,
        columns=tuple(
            Column(
                run_id=run.run_id,
                x=place * (COLUMN + GAP),
                parts=_parts(run, most, height),
                mark=run.state if run.state in MARKED else "",
                title=f"{words.moment(run.finished, zone)}: {_said(run, words)}",
            )
            for place, run in enumerate(runs)
        ),
    )


def group_names(words: Words) -> dict[str, str]:
    """The colours in words."""
    _ = words.gettext
    return {
        "written": _("Written"),
        "same": _("Unchanged, kept, converted, gone"),
        "later": _("Parked, deferred"),
        "rejected": _("Rejected"),
    }


def show_key(words: Words) -> tuple[tuple[str, str], ...]:
    """Return the colours of parts and marks with what they mean."""
    _ = words.gettext
    return (*group_names(words).items(), ("failed", _("Failed")), ("deferred", _("Deferred or declined")))


def state_names(words: Words) -> dict[str, str]:
    """The states of runs that a chart marks."""
    _ = words.gettext
    return {"failed": _("Failed"), "declined": _("Declined"), "deferred": _("Deferred by a limit")}


def _parts(run: RunSummary, most: int, height: int) -> tuple[Part, ...]:
    sums = {group: sum(run.counts.get(each, 0) for each in outcomes) for group, outcomes in GROUPS.items()}
    shown = {group: count for group, count in sums.items() if count}
    # The room that the smallest parts may need is kept free, so that no column grows over its top.
    room = height - LEAST * len(GROUPS)
    parts, top = [], height
    for group, count in shown.items():
        size = LEAST + count * room // most
        top -= size
        parts.append(Part(group=group, y=top, height=size))
    return tuple(parts)


def _said(run: RunSummary, words: Words) -> str:
    names = group_names(words)
    state = state_names(words).get(run.state)
    sums = {names[group]: sum(run.counts.get(each, 0) for each in outcomes) for group, outcomes in GROUPS.items()}
    told = [f"{name} {words.number(count)}" for name, count in sums.items() if count]
    return ", ".join([*([state] if state else []), *(told or [words.gettext("nothing to do")])])
