"""Counts by outcome as a table: a row for each mapping, and their sum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from salesforce_daktela.mapping.problems import one_line
from salesforce_daktela.sync.outcome import Outcome
from salesforce_daktela.ui.wording import Words

ALWAYS = (Outcome.CREATED, Outcome.ADOPTED, Outcome.UPDATED, Outcome.REJECTED, Outcome.PARKED)
"""Columns that are shown with zeros, too: their absence says something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRow:
    """One mapping: its name, where its records go, and a number for each column. ``read`` are rows read."""

    mapping: str
    way: str
    read: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeTable:
    """``columns`` are the names of outcomes; ``total`` is None for a single mapping."""

    columns: tuple[str, ...]
    rows: tuple[OutcomeRow, ...]
    total: OutcomeRow | None


def show_outcomes(
    counts: Sequence[tuple[str, Mapping[str, int]]],
    ways: Mapping[str, str],
    words: Words,
    *,
    read: Mapping[str, int] | None = None,
) -> OutcomeTable:
    """Return the table for mappings with their counts by outcome. ``ways`` says where a mapping's records go.

    ``read`` is how many rows each mapping has read; without it, as many as have an outcome.
    """
    rows = read or {mapping: sum(found.values()) for mapping, found in counts}
    total: Counter[str] = Counter()
    for _, found in counts:
        total.update(found)
    shown = [outcome for outcome in Outcome if outcome in ALWAYS or total[outcome]]
    shown.sort(key=lambda outcome: ALWAYS.index(outcome) if outcome in ALWAYS else len(ALWAYS))
    labels = outcome_names(words)
    return OutcomeTable(
        columns=tuple(labels[outcome] for outcome in shown),
        rows=tuple(
            _row(one_line(mapping), ways.get(mapping, ""), rows[mapping], found, shown, words)
            for mapping, found in counts
        ),
        total=_row(words.gettext("All together"), "", sum(rows.values()), total, shown, words)
        if len(counts) > 1
        else None,
    )


def outcome_names(words: Words) -> dict[Outcome, str]:
    """The outcomes as headings."""
    _ = words.gettext
    return {
        Outcome.CREATED: _("Created"),
        Outcome.UPDATED: _("Updated"),
        Outcome.ADOPTED: _("Adopted"),
        Outcome.UNCHANGED: _("Unchanged"),
        Outcome.REMOVED: _("Removed"),
        Outcome.KEPT: _("Kept"),
        Outcome.BECAME: _("Converted"),
        Outcome.PARKED: _("Parked"),
        Outcome.GONE: _("Gone"),
        Outcome.REJECTED: _("Rejected"),
        Outcome.DEFERRED: _("Deferred"),
    }


def _row(
    name: str, way: str, read: int, counts: Mapping[str, int], shown: Sequence[Outcome], words: Words
) -> OutcomeRow:
    return OutcomeRow(
        mapping=name,
        way=way,
        read=words.number(read),
        cells=tuple(words.number(counts.get(outcome, 0)) for outcome in shown),
    )
