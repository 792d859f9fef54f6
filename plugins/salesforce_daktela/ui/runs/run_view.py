"""A run as a page shows it while it goes on, and afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from salesforce_daktela.ui.runs.facts import RunFacts
from salesforce_daktela.ui.syncs.facts import LastRun
from salesforce_daktela.ui.syncs.run_words import run_label
from salesforce_daktela.ui.wording import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """``tone`` names a colour. While a run has not ended the page asks for its state."""

    dag_id: str
    run_id: str
    state: str
    ended: bool
    tone: str
    label: str
    at: str
    zone: str


def show_run(run: RunFacts, zone: str, words: Words, *, unwritten: str = "") -> RunView:
    """Return it on the clock of an IANA zone; ``unwritten`` as in ``LastRun``."""
    tone, label = run_label(LastRun(run_id=run.run_id, state=run.state, at=run.at, unwritten=unwritten), words)
    return RunView(
        dag_id=run.dag_id,
        run_id=run.run_id,
        state=run.state,
        ended=run.ended,
        tone=tone,
        label=label,
        at=words.moment(run.at, zone),
        zone=zone,
    )
