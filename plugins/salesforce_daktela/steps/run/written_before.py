"""What a run has written already when its tasks are cleared and somebody takes the answer to its plan back."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.sync.outcome import count_written

CLOCKS = timedelta(hours=1)
"""How far the clocks of two workers may lie apart."""


def written_before(ledger: Ledger, sync: str, mapping: str, run_id: str, begun: datetime) -> Counter[str]:
    """Outcomes that earlier tries of a run, begun then, have left behind; none when they have not written.

    Records that needed no write are not among them.
    """
    counts = Counter(ledger.outcomes.count(sync, mapping, run_id, begun - CLOCKS))
    return counts if count_written(counts) else Counter()
