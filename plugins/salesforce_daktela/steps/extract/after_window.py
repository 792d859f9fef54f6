"""Reads what follows the window: records that are due, and departures."""

from __future__ import annotations

from dataclasses import replace

from salesforce_daktela.errors import QuotaError
from salesforce_daktela.ledger.records.entries import ExtractCheckpoint
from salesforce_daktela.salesforce.wire.errors import SalesforceUnavailableError
from salesforce_daktela.staging.store import PartRef
from salesforce_daktela.steps.extract.by_id import read_due
from salesforce_daktela.steps.extract.collector import Collector
from salesforce_daktela.steps.extract.conversions import read_conversions
from salesforce_daktela.steps.extract.departures import read_departures
from salesforce_daktela.steps.extract.kept_pages import KeptPages
from salesforce_daktela.steps.extract.queries import EXPIRED, Queries
from salesforce_daktela.steps.extract.reading import Reading


def read_after_window(
    reading: Reading, collector: Collector, checkpoint: ExtractCheckpoint
) -> tuple[ExtractCheckpoint, tuple[PartRef, ...], tuple[PartRef, ...]]:
    """Return the checkpoint, the parts of rows (those of the window first) and the parts of departures.

    When it is stopped, the pages read so far are kept for the next run. Raises as Salesforce answers.
    """
    queries = Queries.of(checkpoint)
    queries.ended = True
    kept = KeptPages(reading=reading, checkpoint=checkpoint, queries=queries)
    try:
        due = read_due(reading, checkpoint, kept)
        checkpoint = due.checkpoint
        parts = tuple(PartRef.from_dict(part) for part in checkpoint.parts) + due.parts
        departures = read_departures(reading, checkpoint, parts, due, kept)
        read_conversions(reading, checkpoint, parts, kept)
        return checkpoint, parts, departures
    except (QuotaError, SalesforceUnavailableError) as exc:
        if isinstance(exc, SalesforceUnavailableError) and exc.code == EXPIRED:
            kept.forget_unfinished()
        if checkpoint.until is not None:
            kept.flush()
            reading.ledger.checkpoints.save(collector.counted(replace(checkpoint, locator=queries.text())))
        raise
