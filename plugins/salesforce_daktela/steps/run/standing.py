"""How a sync's mappings stand, as metrics: from the ledger alone, so that it is known in an outage, too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.steps.run.differences_left import kept_differences
from salesforce_daktela.sync.metrics import FRESH, Sample, of_differences, of_standing


def standing(ledger: Ledger, sync: str, mappings: Sequence[str], now: datetime) -> Iterator[Sample]:
    """Return watermark, last settled run, open rejects, waiting children and differences of each mapping at ``now``."""
    settled, watermarks = ledger.totals.last_settled(sync, FRESH), ledger.watermarks.of_sync(sync)
    rejects: Counter[str] = Counter()
    for reason in ledger.rejects.reasons(sync):
        rejects[reason.mapping] += reason.count
    for mapping in mappings:
        waiting, of = ledger.parking.age(sync, mapping), {"sync": sync, "mapping": mapping}
        yield from of_differences(kept_differences(ledger, sync, mapping) or {}, of)
        yield from of_standing(
            of,
            now.timestamp(),
            settled=settled.get(mapping),
            watermark=watermarks.get(mapping),
            rejects=rejects[mapping],
            parked=waiting.children,
            parked_since=waiting.since,
        )
