"""What the page of a sync's runs shows, in the words of one language. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from salesforce_daktela.ui.runs.outcomes import ALWAYS, outcome_names
from salesforce_daktela.ui.syncs.facts import LastRun
from salesforce_daktela.ui.syncs.run_words import run_label
from salesforce_daktela.ui.watching.runs.facts import RunRow, RunsFacts
from salesforce_daktela.ui.wording import Words

UNWRITTEN = ("deferred", "declined", "planned")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """One run. ``cells`` are counts for the page's columns, empty of a comparison; ``took`` may be empty."""

    run_id: str
    dag: str
    what: str
    tone: str
    state: str
    at: str
    took: str
    read: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsView:
    """``columns`` are names of outcomes; ``older`` is the key for the next page, None on the last."""

    columns: tuple[str, ...]
    lines: tuple[RunLine, ...]
    zone: str
    older: int | None
    first_page: bool
    ledger_trouble: str


def show_runs(facts: RunsFacts, words: Words) -> RunsView:
    """Return the page for what was read."""
    names = outcome_names(words)
    return RunsView(
        columns=(*(names[outcome] for outcome in ALWAYS), words.gettext("All others")),
        lines=tuple(_line(row, facts.zone, words) for row in facts.runs),
        zone=facts.zone,
        older=facts.older,
        first_page=facts.first_page,
        ledger_trouble=facts.ledger_trouble,
    )


def _line(row: RunRow, zone: str, words: Words) -> RunLine:
    tone, state = _state(row, words)
    compares = row.mode in ("reconcile", "repair") or row.kind == "compare"
    counts = {} if compares else row.counts
    others = sum(count for outcome, count in counts.items() if outcome not in [each.value for each in ALWAYS])
    numbers = (*(counts.get(outcome.value, 0) for outcome in ALWAYS), others) if counts else ()
    return RunLine(
        run_id=row.run_id,
        dag="" if row.kind == "terminal" else row.kind,
        what=_what(row, words),
        tone=tone,
        state=state,
        at=words.moment(row.at, zone),
        took=words.span((row.ended - row.at).total_seconds()) if row.ended else "",
        read=words.number(sum(counts.values())) if counts else "",
        cells=tuple(words.number(number) for number in numbers),
    )


def _state(row: RunRow, words: Words) -> tuple[str, str]:
    state = row.state or ("failed" if "failed" in row.states else "success")
    unwritten = next((each for each in UNWRITTEN if each in row.states), "")
    return run_label(LastRun(run_id=row.run_id, state=state, at=row.at, unwritten=unwritten), words)


def _what(row: RunRow, words: Words) -> str:
    _ = words.gettext
    what = {
        "load": _("Load"),
        "compare": _("Comparison"),
        "plan": _("Plan"),
        "terminal": _("Terminal"),
    }[row.kind]
    modes = {
        "incremental": "",
        "full": _("everything"),
        "window": _("a time window"),
        "records": _("named records"),
        "replay": _("rejects again"),
        "plan": _("only a plan"),
        "reconcile": "",
        "repair": _("with repair"),
    }
    mode = modes.get(row.mode, "")
    return f"{what}: {mode}" if mode else what
