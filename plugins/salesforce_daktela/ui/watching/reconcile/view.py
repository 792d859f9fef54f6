"""What the page of comparisons shows, in the words of one language. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from salesforce_daktela.sync.findings import FINDINGS, FindingKind
from salesforce_daktela.ui.runs.run_view import RunView, show_run
from salesforce_daktela.ui.watching.reconcile.cost import CostLine, show_cost
from salesforce_daktela.ui.watching.reconcile.facts import Compared, ReconcileFacts
from salesforce_daktela.ui.watching.reconcile.found_view import FoundView, show_found, state_label
from salesforce_daktela.ui.wording import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One comparison of all its mappings."""

    run_id: str
    at: str
    tone: str
    state: str
    mappings: str
    right: str
    found: str
    gone: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconcileView:
    """The page. ``missing`` says what stands against starting, ``missing_switch`` against switching the DAG on.

    ``of`` is the run whose findings are shown, ``nothing`` what is said where it has none.
    """

    sync: str
    dag_id: str
    zone: str
    paused: bool
    run: RunView | None
    of: str
    latest: bool
    asks: bool
    missing: str
    missing_switch: str
    notes: tuple[str, ...]
    trouble: str
    cost: tuple[CostLine, ...]
    found: FoundView | None
    history: tuple[HistoryLine, ...]
    nothing: str
    links_records: bool


def show_reconcile(facts: ReconcileFacts, words: Words) -> ReconcileView:
    """Return the page for what was read."""
    run = None if facts.run is None else show_run(facts.run, facts.zone, words)
    of = facts.found[0].run_id if facts.found else ""
    return ReconcileView(
        sync=facts.sync,
        dag_id=facts.dag_id,
        zone=facts.zone,
        paused=facts.dag is not None and facts.dag.paused,
        run=run,
        of=of,
        latest=facts.latest,
        asks=facts.asks,
        missing=_missing(facts, words),
        missing_switch="" if facts.may_switch else words.gettext("It needs the right to edit the DAG."),
        notes=_notes(facts, words),
        trouble=facts.trouble,
        cost=show_cost(facts, words),
        found=show_found(facts.found, words),
        history=_history(facts, of, words),
        nothing=_nothing(facts, words),
        links_records=facts.may_see_records,
    )


def _missing(facts: ReconcileFacts, words: Words) -> str:
    _ = words.gettext
    if facts.spec is None:
        return _("The sync's files have to load first.")
    if facts.dag is None:
        return _("Airflow has not made the DAG %(dag)s yet.") % {"dag": facts.dag_id}
    if not facts.may_start:
        return _("A comparison needs the right to start runs of the DAG %(dag)s.") % {"dag": facts.dag_id}
    if facts.busy:
        return _("One comparison at a time: this one has to come to its end first.")
    return ""


def _nothing(facts: ReconcileFacts, words: Words) -> str:
    _ = words.gettext
    if facts.run is not None and not facts.run.ended:
        return _("Each mapping appears here when it has come to its end.")
    if facts.run is not None:
        return _("This run has ended without a result. Its tasks in Airflow say why.")
    return _("No comparison has come to its end yet.")


def _notes(facts: ReconcileFacts, words: Words) -> tuple[str, ...]:
    _ = words.gettext
    notes = []
    if facts.dag is not None and facts.dag.paused:
        notes.append(
            _(
                "The DAG %(dag)s is paused: no comparison comes by the schedule, and one that is started waits in the "
                "queue. Switched on, it begins with the comparison of its latest interval."
            )
            % {"dag": facts.dag_id}
        )
    elif facts.dag is not None and facts.dag.next_run is not None:
        notes.append(
            _("The next comparison comes by the schedule: %(moment)s.")
            % {"moment": words.moment(facts.dag.next_run, facts.zone)}
        )
    if not facts.may_read:
        notes.append(
            _("To follow a comparison needs the right to read runs of the DAG %(dag)s.") % {"dag": facts.dag_id}
        )
    return tuple(notes)


def _history(facts: ReconcileFacts, of: str, words: Words) -> tuple[HistoryLine, ...]:
    runs: dict[str, list[Compared]] = {}
    for each in facts.history:
        runs.setdefault(each.run_id, []).append(each)
    return tuple(_line(run_id, found, run_id == of, facts.zone, words) for run_id, found in runs.items())


def _line(run_id: str, found: Sequence[Compared], current: bool, zone: str, words: Words) -> HistoryLine:
    order = ("failed", "deferred", "declined", "repaired")
    state = next((state for state in order if any(each.state == state for each in found)), "compared")
    tone, label = state_label(state, words)
    ends = [each.finished for each in found if each.finished is not None]
    return HistoryLine(
        run_id=run_id,
        at=words.moment(max(ends), zone) if ends else "",
        tone=tone,
        state=label,
        mappings=", ".join(sorted(each.mapping for each in found)),
        right=words.number(_sum(found, (FindingKind.RIGHT,))),
        found=words.number(_sum(found, FINDINGS)),
        gone=words.number(_sum(found, (FindingKind.GONE,))),
        current=current,
    )


def _sum(found: Sequence[Compared], kinds: Sequence[FindingKind]) -> int:
    return sum(each.counts.get(kind.value, 0) for each in found for kind in kinds)
