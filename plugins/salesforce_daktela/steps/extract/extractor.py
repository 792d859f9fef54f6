"""Read a window into part files: by REST for few rows, by Bulk API 2.0 for many, each the fallback of the other."""

from __future__ import annotations

import hashlib
import logging
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime

from salesforce_daktela.errors import TransportError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import ExtractCheckpoint
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.salesforce.bulk import jobs
from salesforce_daktela.salesforce.bulk.refused import failure, neither_way
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.wire.errors import BulkRefusedError
from salesforce_daktela.staging.keys import new_extraction
from salesforce_daktela.staging.store import PartStore
from salesforce_daktela.steps.extract.after_window import read_after_window
from salesforce_daktela.steps.extract.by_id import named_ids
from salesforce_daktela.steps.extract.collector import Collector
from salesforce_daktela.steps.extract.extraction import Extraction
from salesforce_daktela.steps.extract.missed_ids import missed_ids
from salesforce_daktela.steps.extract.queries import Queries
from salesforce_daktela.steps.extract.reading import Reading
from salesforce_daktela.steps.extract.resume import COMING, take_over
from salesforce_daktela.steps.extract.standstill import refused_standstill
from salesforce_daktela.steps.extract.window import choose_window, count_rows
from salesforce_daktela.steps.run.counting import Counting
from salesforce_daktela.steps.run.facts import RunFacts
from salesforce_daktela.steps.run.outdated import refuse_outdated
from salesforce_daktela.steps.run.quota import guarded, kept_for_others
from salesforce_daktela.sync.request import RunRequest
from salesforce_daktela.sync.traffic import EXTRACT
from salesforce_daktela.sync.window_plan import rows_per_part

__all__ = ["Extraction", "Extractor"]

log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Extractor:
    """Reads one mapping for one run: ``begin``, wait while ``running``, ``finish``; each may be in another process.

    Progress is saved in the ledger, so a repeated task goes on with the same Bulk job and its locator.
    """

    spec: SyncSpec
    mapping: MappingSpec
    facts: RunFacts
    request: RunRequest
    run_id: str
    salesforce: SalesforceClient
    ledger: Ledger
    store: PartStore
    _reading: Reading = field(init=False)
    _collector: Collector = field(init=False)

    def __post_init__(self) -> None:
        self._reading = Reading(
            spec=self.spec,
            mapping=self.mapping,
            run_facts=self.facts,
            request=self.request,
            run_id=self.run_id,
            salesforce=self.salesforce,
            ledger=self.ledger,
            store=self.store,
        )
        self._collector = Collector(reading=self._reading)

    def begin(self) -> str | None:
        """Start or resume reading; return the id of the Bulk job to wait for, None when there is none.

        Raises ConfigurationError for a window in the future and as ``refuse_outdated``, QuotaError and TransportError
        as Salesforce answers.
        """
        # Its parts are not those of a settled run, nor its extraction one that others may take over.
        self.ledger.totals.begin_again(self.spec.name, self.run_id, self.mapping.name)
        with self._counting(), self._guarded():
            return self._begin()

    def running(self, job_id: str) -> bool:
        """Whether the Bulk job is still running. Raises TransportError when it was aborted: a retry starts a new one.

        One that has failed, or that has not ended in time and is aborted, is left: the window is then read by REST,
        or by a new job if its query is too long. Raises as ``neither_way`` where a failed one's query is too long.
        """
        began = time.monotonic()
        status = jobs.job_status(self.salesforce, job_id)
        match status.state:
            case "JobComplete":
                return False
            case "Aborted":
                self._clear()
                what = f"somebody has aborted Bulk job {job_id}"
                advice = "the next try starts a new job"
                raise TransportError(what, where=f"mapping {self.mapping.name}", advice=advice)
            case "Failed":
                self._leave(job_id, failure(job_id, status.state, status.error))
                return False
        if self.salesforce.server_time(since=began) < self.deadline():
            return True
        self._give_up(job_id, status.state)
        return False

    def deadline(self) -> datetime:
        """The time, by Salesforce's clock, at which its Bulk job is aborted."""
        return self._checkpoint().read_at + self.spec.limits.bulk_timeout

    def add_calls(self, made: int) -> None:
        """Count requests to Salesforce that another process has made for this extraction."""
        checkpoint = self._checkpoint()
        self.ledger.checkpoints.save(replace(checkpoint, calls=(checkpoint.calls or 0) + made))

    def finish(self) -> Extraction:
        """Download, count and publish every part. The Bulk job is deleted afterwards.

        Raises QuotaError when the next run resumes, ConfigurationError for a budget that allows no progress.
        """
        before = self._checkpoint()
        with self._counting(), self._guarded(), refused_standstill(self._reading, before):
            checkpoint = self._collector.collect(before)
            checkpoint, parts, departures = read_after_window(self._reading, self._collector, checkpoint)
            not_found = missed_ids(self._reading, parts)
            checkpoint = self._collector.counted(checkpoint)
            self.ledger.checkpoints.save(replace(checkpoint, finished=True))
        if not_found:
            log.warning(
                "%s: Salesforce does not have, or not for this user: %s", self.mapping.name, ", ".join(not_found)
            )
        if checkpoint.job_id:
            jobs.delete_job(self.salesforce, checkpoint.job_id)
        usage = self.salesforce.usage
        return Extraction(
            extraction=checkpoint.extraction,
            api=checkpoint.api,
            since=checkpoint.since,
            until=checkpoint.until,
            read_at=checkpoint.read_at,
            parts=parts,
            departures=departures,
            fingerprint=self._reading.fingerprint,
            calls=checkpoint.calls,
            calls_left=None if usage is None else usage.max - usage.used,
            calls_allowed=None if usage is None else usage.max,
            not_found=not_found,
        )

    def _give_up(self, job_id: str, state: str) -> None:
        limit = self.spec.limits.bulk_timeout
        jobs.delete_job(self.salesforce, job_id)
        what = f"Bulk job {job_id} has not ended within {limit} (bulk_timeout) and is {state} still"
        if not self._go_on_by_rest():
            advice = "it was aborted; the next try starts a new job, since the query is too long for REST"
            raise TransportError(what, where=f"mapping {self.mapping.name}", advice=advice)
        log.warning("%s: %s; it was aborted, and its window is read by REST", self.mapping.name, what)

    def _leave(self, job_id: str, refused: BulkRefusedError) -> None:
        """Salesforce tries a job many times before it fails, so another one would fail as well."""
        jobs.delete_job(self.salesforce, job_id)
        if not self._go_on_by_rest():
            raise neither_way(refused, self._reading.schema.sobject)
        log.warning("%s: %s; its window is read by REST", self.mapping.name, refused)

    def _go_on_by_rest(self) -> bool:
        """Whether REST takes the window of a job that was given up; if not, the next try begins anew."""
        checkpoint = self._checkpoint()
        if checkpoint.until is None or not self._reading.fits_rest(self._reading.span(checkpoint)):
            self._clear()
            return False
        self.ledger.checkpoints.save(replace(checkpoint, api="rest", job_id=None, locator=None, parts=()))
        return True

    def _clear(self) -> None:
        self.ledger.checkpoints.clear(self.spec.name, self.run_id, self.mapping.name)

    def _begin(self) -> str | None:
        checkpoint = self.ledger.checkpoints.read(self.spec.name, self.run_id, self.mapping.name)
        if checkpoint is None or checkpoint.query_hash == COMING:
            checkpoint = take_over(self._reading, self._query_hash()) or checkpoint
        if checkpoint is not None and not checkpoint.finished and checkpoint.query_hash == self._query_hash():
            if Queries.of(checkpoint).ended:
                return None
            if checkpoint.job_id is None or self._still_there(checkpoint.job_id):
                log.info("resuming extraction %s", checkpoint.extraction)
                return checkpoint.job_id
            log.warning("Bulk job %s no longer exists, so the extraction begins anew", checkpoint.job_id)
            return self._begin_afresh().job_id
        if checkpoint is not None and checkpoint.job_id is not None and not checkpoint.finished:
            jobs.delete_job(self.salesforce, checkpoint.job_id)
        return self._begin_afresh().job_id

    def _still_there(self, job_id: str) -> bool:
        """Whether a job of an earlier try still exists: it may have been deleted, or have expired."""
        try:
            jobs.job_status(self.salesforce, job_id)
        except jobs.BulkJobGoneError:
            return False
        return True

    def _begin_afresh(self) -> ExtractCheckpoint:
        refuse_outdated(self.ledger, self.facts, self.spec.name, self.mapping.name, clock=self.salesforce.server_time)
        began = time.monotonic()
        window = choose_window(self._reading)
        count = len(named_ids(self._reading)) if window is None else count_rows(self._reading, window)
        soql = self._reading.soql(window)
        by_rest = window is None or self._reading.fits_rest(window)
        wants_bulk = window is not None and (count > self.spec.limits.bulk_above or not by_rest)
        job_id = self._create_job(soql, by_rest=by_rest) if wants_bulk else None
        checkpoint = ExtractCheckpoint(
            sync=self.spec.name,
            run_id=self.run_id,
            mapping=self.mapping.name,
            extraction=new_extraction(self.ledger.bindings.identity()),
            query_hash=self._query_hash(),
            api="rest" if job_id is None else "bulk",
            job_id=job_id,
            locator=None,
            parts=(),
            since=None if window is None else window.since,
            until=None if window is None else window.until,
            read_at=self.salesforce.server_time(since=began),
            rows_per_part=rows_per_part(count, self.spec.limits.part_rows),
            finished=False,
        )
        checkpoint = self._collector.counted(checkpoint)
        self.ledger.checkpoints.save(checkpoint)
        log.info(
            "%s: about %d rows, %s to %s, by %s",
            self.mapping.name,
            count,
            "the beginning" if checkpoint.since is None else checkpoint.since.isoformat(),
            "named records" if checkpoint.until is None else checkpoint.until.isoformat(),
            checkpoint.api,
        )
        return checkpoint

    def _create_job(self, soql: str, *, by_rest: bool) -> str | None:
        try:
            return jobs.create_job(self.salesforce, soql)
        except BulkRefusedError as exc:
            if not by_rest:
                raise neither_way(exc, self._reading.schema.sobject) from exc
            log.warning("Salesforce refuses a Bulk job here, reading by REST instead: %s", exc)
            return None

    def _guarded(self) -> AbstractContextManager[None]:
        """Check the quota before each call, except for deleting jobs afterwards."""
        spent = self.ledger.checkpoints.calls(self.spec.name, self.run_id)
        kept = kept_for_others(self.spec, self.mapping, self.request)
        return guarded(self.salesforce, self.spec.limits, spent=spent, kept=kept)

    def _counting(self) -> Counting:
        return Counting(
            ledger=self.ledger,
            client=self.salesforce,
            sync=self.spec.name,
            run_id=self.run_id,
            mapping=self.mapping.name,
            step=EXTRACT,
        )

    def _checkpoint(self) -> ExtractCheckpoint:
        checkpoint = self.ledger.checkpoints.read(self.spec.name, self.run_id, self.mapping.name)
        if checkpoint is None:
            raise TransportError("this extraction was never begun", where=f"mapping {self.mapping.name}")
        return checkpoint

    def _query_hash(self) -> str:
        # As soon as anything has been loaded, deleted rows are read, too: that is another query.
        asked = f"{self._reading.fingerprint}|{self.request}{'|alive' if self._reading.leaves_bin_out else ''}"
        return hashlib.sha256(asked.encode()).hexdigest()[:16]
