"""What a comparison costs, told by the last one of each mapping, or by the number of records. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from salesforce_daktela.sync.findings import FindingKind
from salesforce_daktela.ui.watching.reconcile.facts import Compared, ReconcileFacts
from salesforce_daktela.ui.wording import Words

LISTED_AT_ONCE = 1000
"""Records of Daktela that one request lists."""

WRITTEN = (FindingKind.MISSING, FindingKind.DIFFERENT, FindingKind.EXTRA)
"""Kinds that cost a repair a request each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """One mapping: both sides' records and requests, and the time, each as the last comparison had it."""

    mapping: str
    way: str
    records: str
    salesforce: str
    daktela: str
    repair: str
    seconds: str


def show_cost(facts: ReconcileFacts, words: Words) -> tuple[CostLine, ...]:
    """Return a line for each mapping of the sync."""
    if facts.spec is None:
        return ()
    return tuple(
        _line(each.name, f"{each.sobject} → {each.entity.value}", _last(facts.history, each.name), facts, words)
        for each in facts.spec.mappings
    )


def _last(history: Sequence[Compared], mapping: str) -> Compared | None:
    return next((each for each in history if each.mapping == mapping and not each.deferred), None)


def _line(mapping: str, way: str, last: Compared | None, facts: ReconcileFacts, words: Words) -> CostLine:
    _ = words.gettext
    unknown = _("not known")
    if last is None:
        known = facts.known.get(mapping, 0)
        return CostLine(
            mapping=mapping,
            way=way,
            records=_about(known, words),
            salesforce=_("as many as a run that reads everything"),
            daktela=_about(-(-known // LISTED_AT_ONCE) + 1, words),
            repair=unknown,
            seconds=unknown,
        )
    listed = last.salesforce if last.daktela is None else last.daktela
    repaired = sum(last.counts.get(kind.value, 0) for kind in WRITTEN) if last.mode == "reconcile" else 0
    taken = last.finished - last.started if last.finished and last.started else None
    return CostLine(
        mapping=mapping,
        way=way,
        records=f"{words.number(last.salesforce)} / {unknown if last.daktela is None else words.number(last.daktela)}",
        salesforce=unknown if last.salesforce_calls is None else _about(last.salesforce_calls, words),
        daktela=_about(last.daktela_calls or -(-listed // LISTED_AT_ONCE) + 1, words),
        repair=_about(repaired, words) if last.mode == "reconcile" else unknown,
        seconds=unknown if taken is None else words.span(taken.total_seconds()),
    )


def _about(count: int, words: Words) -> str:
    return words.gettext("about %(count)s") % {"count": words.number(count)}
