"""Save what later runs read again: rejected records, parked records, and first writes that came late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import PastOutcome, Waiting
from salesforce_daktela.sync.outcome import Outcome
from salesforce_daktela.sync.totals import REJECT_NOTE, REJECTED_AGAIN, Tally

FIRST_WRITES = (Outcome.CREATED, Outcome.ADOPTED)
WRITES = (*FIRST_WRITES, Outcome.UPDATED)


def save_unloaded(
    ledger: Ledger, scope: tuple[str, str], run_id: str, read_at: datetime, tally: Tally, waits: Sequence[Waiting]
) -> None:
    """Save rejected and parked records, which the ledger keeps independently of the watermark; close what is loaded.

    ``scope`` is sync and mapping. Reasons of rejects are counted in the notes of ``tally``.
    """
    ledger.outcomes.save(*scope, _unwritten(tally, run_id))
    rejected = tally.rejects()
    again = ledger.rejects.save(*scope, run_id, rejected, read_at)
    tally.notes.update({REJECTED_AGAIN: again})
    for outcome in rejected:
        tally.notes.update(f"{REJECT_NOTE}{problem.code}.{problem.field}" for problem in outcome.problems)
    ledger.parking.park(*scope, waits, datetime.now(UTC), read_at)
    parked = {wait.id for wait in waits}
    loaded = set(tally.outcomes) - {outcome.id for outcome in rejected}
    ledger.rejects.close(*scope, sorted(loaded), read_at)
    ledger.parking.unpark(*scope, sorted(set(tally.outcomes) - parked), read_at)


def _unwritten(tally: Tally, run_id: str) -> list[PastOutcome]:
    """What became of records that have neither been written nor rejected: those are remembered where they are saved."""
    now, elsewhere = datetime.now(UTC), (*WRITES, Outcome.REJECTED, Outcome.UNCHANGED)
    return [
        PastOutcome(
            id=id_,
            run_id=run_id,
            outcome=found.outcome.value,
            at=now,
            code=found.problems[0].code if found.problems else "",
        )
        for id_, found in tally.outcomes.items()
        if found.outcome not in elsewhere
    ]


def ask_for_rereads(
    ledger: Ledger, scope: tuple[str, str], run_id: str, read_at: datetime, ids: Sequence[str], tally: Tally
) -> None:
    """Ask for late first writes to be read again: another run may have read their departure before they were known.

    Earlier requests to read these records again end only here, so that they survive a task that dies.
    """
    ledger.rereads.forget(*scope, ids, read_at)
    others = ledger.read_up_to(*scope, besides=run_id)
    if others is not None and others > read_at:
        first = [id_ for id_, found in tally.outcomes.items() if found.outcome in FIRST_WRITES]
        ledger.rereads.ask(*scope, first, others)
