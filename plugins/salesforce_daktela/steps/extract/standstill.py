"""Distinguish a budget that only takes more runs from one with which no run makes progress."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from salesforce_daktela.errors import QuotaError
from salesforce_daktela.ledger.records.entries import ExtractCheckpoint
from salesforce_daktela.steps.extract.reading import Reading
from salesforce_daktela.steps.run.quota import BUDGET, too_small


@contextlib.contextmanager
def refused_standstill(reading: Reading, before: ExtractCheckpoint) -> Iterator[None]:
    """Raise ConfigurationError where the budget stops a reading that has left the next run no more than ``before``.

    The QuotaError passes where calls were used up before this reading made any: by other tasks, or an earlier try.
    """
    made = reading.salesforce.calls
    try:
        yield
    except QuotaError as exc:
        if exc.limit == BUDGET and reading.salesforce.calls > made and not _got_on(reading, before):
            raise too_small(reading.spec.limits, f"reading {reading.mapping.name}") from exc
        raise


def _got_on(reading: Reading, before: ExtractCheckpoint) -> bool:
    """Whether the next run has more to go on from; a Bulk job of which nothing is read yet has a time limit of its own.

    Named records are read anew by each run that names them, and both sides by each comparison.
    """
    after = reading.ledger.checkpoints.read(before.sync, before.run_id, before.mapping)
    if after is None or after.until is None or reading.request.compares:
        return False
    waits = after.job_id is not None and not after.parts and after.locator is None
    return waits or (after.parts, after.locator) != (before.parts, before.locator)
