"""How far each mapping of a sync has come, in the words of one language. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from salesforce_daktela.mapping.problems import one_line
from salesforce_daktela.ui.runs.plan_words import ways_of
from salesforce_daktela.ui.syncs.facts import SyncFacts
from salesforce_daktela.ui.watching.health.facts import Remembered
from salesforce_daktela.ui.wording import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingRow:
    """One mapping: where its records go, up to when it is settled, how far that is behind; counts of now.

    ``left_out`` are Daktela fields that its latest run has not sent, ``loaded`` is whether the sync's files list it.
    """

    mapping: str
    way: str
    loaded: bool
    settled: str
    behind: str
    rejected: str
    parked: str
    left_out: tuple[str, ...]


def show_mappings(sync: SyncFacts, found: Remembered, now: datetime, words: Words) -> tuple[MappingRow, ...]:
    """Return a row for each mapping of the sync's files, in their order, and for each that only the ledger knows."""
    ours = [mapping.name for mapping in sync.spec.mappings] if sync.spec else []
    rejected: Counter[str] = Counter()
    for reason in found.rejects:
        rejected[reason.mapping] += reason.count
    parked: Counter[str] = Counter()
    for group in found.parked:
        parked[group.mapping] += group.children
    known = dict.fromkeys([*ours, *found.watermarks, *rejected, *parked])
    zone = (sync.spec.timezone if sync.spec else None) or "UTC"
    ways = ways_of(sync.spec)
    return tuple(
        MappingRow(
            mapping=one_line(name),
            way=ways.get(name, ""),
            loaded=sync.spec is None or name in ours,
            settled=words.moment(found.watermarks[name], zone) if name in found.watermarks else "",
            behind=words.span((now - found.watermarks[name]).total_seconds()) if name in found.watermarks else "",
            rejected=words.number(rejected[name]),
            parked=words.number(parked[name]),
            left_out=tuple(one_line(path) for path in (found.told.left_out or {}).get(name, ())),
        )
        for name in known
    )
