"""Collect the pages of a Bulk job or of queries into parts, and save a checkpoint after each part."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pyarrow as pa

from salesforce_daktela.errors import IntegrityError, QuotaError
from salesforce_daktela.ledger.records.entries import ExtractCheckpoint
from salesforce_daktela.prefetch import prefetch
from salesforce_daktela.salesforce.bulk import jobs
from salesforce_daktela.salesforce.query import rest
from salesforce_daktela.salesforce.wire.errors import SalesforceUnavailableError
from salesforce_daktela.steps.extract.by_id import read_named
from salesforce_daktela.steps.extract.duplicates import keep_newest
from salesforce_daktela.steps.extract.halving import read_window
from salesforce_daktela.steps.extract.part_sink import PartSink
from salesforce_daktela.steps.extract.queries import EXPIRED, Queries
from salesforce_daktela.steps.extract.reading import Reading
from salesforce_daktela.steps.run.progress_log import ProgressLog
from salesforce_daktela.sync.window import Window

log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Collector:
    """Collects one extraction. Requests to Salesforce are counted from its creation on."""

    reading: Reading
    _counted_up_to: int = field(init=False)

    def __post_init__(self) -> None:
        self._counted_up_to = self.reading.salesforce.calls

    def collect(self, checkpoint: ExtractCheckpoint) -> ExtractCheckpoint:
        """Return the checkpoint with every part. Raises IntegrityError when Salesforce counts other rows."""
        if Queries.of(checkpoint).ended:
            return checkpoint
        return self._bulk(checkpoint, checkpoint.job_id) if checkpoint.job_id else self._rest(checkpoint)

    def counted(self, checkpoint: ExtractCheckpoint) -> ExtractCheckpoint:
        """The checkpoint with the calls made since the last one."""
        made = self.reading.salesforce.calls - self._counted_up_to
        self._counted_up_to += made
        return replace(checkpoint, calls=(checkpoint.calls or 0) + made)

    def _bulk(self, checkpoint: ExtractCheckpoint, job_id: str) -> ExtractCheckpoint:
        told = jobs.job_status(self.reading.salesforce, job_id).records
        # Parts without a locator: an earlier try has read the last page.
        if not checkpoint.parts or checkpoint.locator is not None:
            checkpoint = self._download(checkpoint, job_id, told)
        self._compare(checkpoint, job_id, told)
        return checkpoint

    def _download(self, checkpoint: ExtractCheckpoint, job_id: str, told: int | None) -> ExtractCheckpoint:
        reading = self.reading
        progress = self._progress(told, _rows(checkpoint))
        sink = reading.sink(checkpoint, len(checkpoint.parts))
        pages = jobs.read_results(
            reading.salesforce,
            job_id,
            reading.schema,
            locator=checkpoint.locator,
            max_records=checkpoint.rows_per_part,
        )
        locator = checkpoint.locator
        try:
            for page in prefetch(pages):
                sink.add(page.table)
                locator = page.next_locator
                progress.advance(page.table.num_rows)
                if sink.empty:
                    checkpoint = self._save(checkpoint, sink, locator)
                    sink = sink.following()
        except QuotaError:
            sink.flush()
            self._save(checkpoint, sink, locator)
            raise
        except jobs.BulkJobGoneError:
            # The job itself may still be there, for the API version that it was created with.
            reading.ledger.checkpoints.clear(checkpoint.sync, checkpoint.run_id, checkpoint.mapping)
            raise
        sink.flush()
        return self._save(checkpoint, sink, None)

    def _rest(self, checkpoint: ExtractCheckpoint) -> ExtractCheckpoint:
        queries = Queries.of(checkpoint)
        resumes = queries.begun
        checkpoint = checkpoint if resumes else replace(checkpoint, parts=(), locator=None)
        sink = self.reading.sink(checkpoint, len(checkpoint.parts))
        progress = self._progress(None, _rows(checkpoint))
        try:
            for page in self._pages(checkpoint, queries):
                sink.add(page)
                progress.advance(page.num_rows)
        except QuotaError:
            sink.flush()
            self._save(checkpoint, sink, None if checkpoint.until is None else queries.text())
            raise
        except SalesforceUnavailableError as exc:
            if resumes and exc.code == EXPIRED:
                log.warning("%s: the rest of the pages has expired, so the next try reads anew", checkpoint.mapping)
                self.reading.ledger.checkpoints.clear(checkpoint.sync, checkpoint.run_id, checkpoint.mapping)
            raise
        sink.flush()
        ended = None if checkpoint.until is None else Queries(ended=True).text()
        if not queries.slow:
            return self._save(checkpoint, sink, ended)
        # Queries run one after the other, so a record committed late between two of them is in both.
        newest = replace(keep_newest(self.reading, self._save(checkpoint, sink, None)), locator=ended)
        self.reading.ledger.checkpoints.save(newest)
        return newest

    def _pages(self, checkpoint: ExtractCheckpoint, queries: Queries) -> Iterator[pa.Table]:
        reading = self.reading
        if checkpoint.until is None:
            return read_named(reading)

        def read(part: Window) -> Iterator[pa.Table]:
            soql = reading.soql(part)
            return queries.pages(soql, lambda at: rest.read_rest(reading.salesforce, soql, reading.schema, at))

        return read_window(reading.span(checkpoint), read)

    def _progress(self, total: int | None, done: int) -> ProgressLog:
        return ProgressLog(what=f"{self.reading.mapping.name}, extracted", total=total, done=done)

    def _compare(self, checkpoint: ExtractCheckpoint, job_id: str, told: int | None) -> None:
        reading, read = self.reading, _rows(checkpoint)
        if told is not None and told != read:
            reading.ledger.checkpoints.clear(reading.spec.name, reading.run_id, reading.mapping.name)
            raise IntegrityError(
                f"Salesforce counts {told} rows in Bulk job {job_id} but {read} arrived",
                where=f"mapping {reading.mapping.name}",
                advice="nothing was loaded; the next try starts a new job",
            )

    def _save(self, checkpoint: ExtractCheckpoint, sink: PartSink, locator: str | None) -> ExtractCheckpoint:
        parts = (*checkpoint.parts, *(part.to_dict() for part in sink.parts))
        progressed = self.counted(replace(checkpoint, parts=parts, locator=locator))
        self.reading.ledger.checkpoints.save(progressed)
        log.info("%s: %d rows in %d parts", self.reading.mapping.name, _rows(progressed), len(parts))
        return progressed


def _rows(checkpoint: ExtractCheckpoint) -> int:
    return sum(int(part["rows"]) for part in checkpoint.parts)
