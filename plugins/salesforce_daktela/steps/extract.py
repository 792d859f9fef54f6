"""From a window to part files: REST for few rows, Bulk API 2.0 for many, each standing in for the other."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from salesforce_daktela.errors import IntegrityError, TransportError
from salesforce_daktela.ledger.ledger import ExtractCheckpoint, Ledger
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.mapping.schema import SourceSchema, arrow_schema
from salesforce_daktela.salesforce import bulk, rest
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.errors import BulkRefusedError
from salesforce_daktela.salesforce.ids import long_id
from salesforce_daktela.salesforce.soql import build_count, build_soql, fits_rest, split_ids
from salesforce_daktela.staging.store import PartKey, PartRef, PartStore
from salesforce_daktela.steps.departures import departed, vanished
from salesforce_daktela.steps.facts import MappingFacts, RunFacts
from salesforce_daktela.steps.fingerprint import mapping_fingerprint, still_holds
from salesforce_daktela.steps.part_sink import PartSink
from salesforce_daktela.steps.quota import CallGuard
from salesforce_daktela.steps.transform import PAYLOAD_SCHEMA
from salesforce_daktela.steps.windowed import read_window
from salesforce_daktela.sync.planning import plan_window, rows_per_part
from salesforce_daktela.sync.request import Mode, RunRequest
from salesforce_daktela.sync.window import Window

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """What one extract step read. ``parts`` hold rows, ``departures`` hold Ids that left the filter.

    ``calls`` are requests to Salesforce, over all tries.
    """

    extraction: str
    api: str
    since: datetime | None
    until: datetime | None
    read_at: datetime
    parts: tuple[PartRef, ...]
    departures: tuple[PartRef, ...]
    calls: int | None = None

    @property
    def extracted(self) -> int:
        """Rows over all parts."""
        return sum(part.rows for part in (*self.parts, *self.departures))

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values without the parts, which travel one by one."""
        return {
            "extraction": self.extraction,
            "api": self.api,
            "since": None if self.since is None else self.since.isoformat(),
            "until": None if self.until is None else self.until.isoformat(),
            "read_at": self.read_at.isoformat(),
            "extracted": self.extracted,
            "calls": self.calls,
        }


@dataclass(slots=True, kw_only=True)
class Extractor:
    """Reads one mapping for one run: ``begin``, wait while ``running``, ``finish``; each may be in another process.

    What has been read so far is kept in the ledger, so a repeated task goes on with the same Bulk job and its locator.
    """

    spec: SyncSpec
    mapping: MappingSpec
    facts: RunFacts
    request: RunRequest
    run_id: str
    salesforce: SalesforceClient
    ledger: Ledger
    store: PartStore
    _counted_up_to: int = field(init=False)

    def __post_init__(self) -> None:
        self._counted_up_to = self.salesforce.calls

    def begin(self) -> str | None:
        """Start or take up reading; return the id of the Bulk job to wait for, None when there is none.

        Raises ConfigurationError for a window in the future, QuotaError and TransportError as Salesforce answers.
        """
        with self._guarded():
            return self._begin()

    def running(self, job_id: str) -> bool:
        """Whether the Bulk job still works. Raises TransportError when it failed: a retry starts a new one."""
        status = bulk.job_status(self.salesforce, job_id)
        if status.state in ("Failed", "Aborted"):
            self.ledger.clear_checkpoint(self.spec.name, self.run_id, self.mapping.name)
            raise TransportError(
                f"Salesforce ended Bulk job {job_id} as {status.state}: {status.error or 'no reason given'}",
                where=f"mapping {self.mapping.name}",
                advice="the next try starts a new job; if it repeats, lower bulk_above's load by a narrower where",
            )
        return status.state != "JobComplete"

    def finish(self) -> Extraction:
        """Download, account and publish every part. The Bulk job is deleted afterwards."""
        with self._guarded():
            checkpoint = self._checkpoint()
            checkpoint = self._collect_bulk(checkpoint) if checkpoint.job_id else self._collect_rest(checkpoint)
            parts = tuple(PartRef.from_dict(part) for part in checkpoint.parts)
            retried, lost = self._retried(checkpoint, parts)
            parts += retried
            departures = self._departures(checkpoint, parts, lost)
            checkpoint = self._counted(checkpoint)
            self.ledger.save_checkpoint(replace(checkpoint, finished=True))
        if checkpoint.job_id:
            bulk.delete_job(self.salesforce, checkpoint.job_id)
        return Extraction(
            extraction=checkpoint.extraction,
            api=checkpoint.api,
            since=checkpoint.since,
            until=checkpoint.until,
            read_at=checkpoint.read_at,
            parts=parts,
            departures=departures,
            calls=checkpoint.calls,
        )

    def _begin(self) -> str | None:
        checkpoint = self.ledger.checkpoint(self.spec.name, self.run_id, self.mapping.name)
        if checkpoint is not None and not checkpoint.finished and checkpoint.query_hash == self._query_hash():
            if checkpoint.job_id is None or self._still_there(checkpoint.job_id):
                log.info("taking up extraction %s where it was left", checkpoint.extraction)
                return checkpoint.job_id
            log.warning("Bulk job %s is gone, so the extraction begins afresh", checkpoint.job_id)
            return self._begin_afresh().job_id
        if checkpoint is not None and checkpoint.job_id is not None and not checkpoint.finished:
            bulk.delete_job(self.salesforce, checkpoint.job_id)
        return self._begin_afresh().job_id

    def _still_there(self, job_id: str) -> bool:
        """Whether a job of an earlier try can still be asked: it may have been deleted, or have expired."""
        try:
            bulk.job_status(self.salesforce, job_id)
        except bulk.BulkJobGoneError:
            return False
        return True

    def _begin_afresh(self) -> ExtractCheckpoint:
        window = self._window()
        count = self._count(window) if window is not None else len(self._named_ids())
        soql = self._soql(window)
        wants_bulk = window is not None and (count > self.spec.limits.bulk_above or not fits_rest(soql))
        job_id = self._create_job(soql) if wants_bulk else None
        checkpoint = ExtractCheckpoint(
            sync=self.spec.name,
            run_id=self.run_id,
            mapping=self.mapping.name,
            extraction=uuid.uuid4().hex[:12],
            query_hash=self._query_hash(),
            api="rest" if job_id is None else "bulk",
            job_id=job_id,
            locator=None,
            parts=(),
            since=None if window is None else window.since,
            until=None if window is None else window.until,
            read_at=self.salesforce.server_time(),
            rows_per_part=rows_per_part(count, self.spec.limits.part_rows),
            finished=False,
        )
        checkpoint = self._counted(checkpoint)
        self.ledger.save_checkpoint(checkpoint)
        log.info(
            "%s: about %d rows, %s to %s, by %s",
            self.mapping.name,
            count,
            "the beginning" if checkpoint.since is None else checkpoint.since.isoformat(),
            "named records" if checkpoint.until is None else checkpoint.until.isoformat(),
            checkpoint.api,
        )
        return checkpoint

    def _collect_bulk(self, checkpoint: ExtractCheckpoint) -> ExtractCheckpoint:
        job_id = checkpoint.job_id or ""
        sink = self._sink(checkpoint)
        for page in bulk.read_results(
            self.salesforce, job_id, self._schema, locator=checkpoint.locator, max_records=checkpoint.rows_per_part
        ):
            sink.add(page.table)
            if sink.empty:
                checkpoint = self._save_progress(checkpoint, sink, page.next_locator)
                sink = self._sink(checkpoint)
        sink.flush()
        checkpoint = self._save_progress(checkpoint, sink, None)
        told = bulk.job_status(self.salesforce, job_id).records
        read = sum(int(part["rows"]) for part in checkpoint.parts)
        if told is not None and told != read:
            self.ledger.clear_checkpoint(self.spec.name, self.run_id, self.mapping.name)
            raise IntegrityError(
                f"Salesforce counts {told} rows in Bulk job {job_id} but {read} arrived",
                where=f"mapping {self.mapping.name}",
                advice="nothing was loaded; the next try starts a new job",
            )
        return checkpoint

    def _collect_rest(self, checkpoint: ExtractCheckpoint) -> ExtractCheckpoint:
        sink = self._sink(replace(checkpoint, parts=()))
        pages = self._asked() if checkpoint.until is None else self._windowed(self._span(checkpoint))
        for page in pages:
            sink.add(page)
        sink.flush()
        return self._save_progress(replace(checkpoint, parts=()), sink, None)

    def _windowed(self, window: Window) -> Iterator[pa.Table]:
        return read_window(
            window,
            lambda part: rest.read_rest(self.salesforce, self._soql(part), self._schema, include_deleted=self._all),
        )

    def _asked(self) -> Iterator[pa.Table]:
        """The records that the run names. What a replay does not find is nobody's reject any longer."""
        ids = self._named_ids()
        seen: set[str] = set()
        for page in self._named(ids):
            seen.update(page["Id"].to_pylist())
            yield page
        if self.request.mode is Mode.REPLAY:
            missed = [id_ for id_ in ids if id_ not in seen]
            self.ledger.close_rejects(self.spec.name, self.mapping.name, missed, self.facts.now)

    def _named_ids(self) -> Sequence[str]:
        if self.request.mode is not Mode.REPLAY:
            return self.request.ids
        wanted = {long_id(id_) for id_ in self.request.ids}
        return [
            reject.id
            for reject in self.ledger.open_rejects(self.spec.name, self.mapping.name)
            if (not wanted or reject.id in wanted) and (not self.request.codes or reject.code in self.request.codes)
        ]

    def _named(self, ids: Sequence[str]) -> Iterator[pa.Table]:
        for chunk in split_ids(ids):
            soql = build_soql(
                self._facts.source, cursor=self._facts.cursor, where=self.mapping.where, window=None, ids=chunk
            )
            yield from rest.read_rest(self.salesforce, soql, self._schema, include_deleted=True)

    def _retried(
        self, checkpoint: ExtractCheckpoint, parts: tuple[PartRef, ...]
    ) -> tuple[tuple[PartRef, ...], list[str]]:
        """Rejected records that are due, children whose parent has come, and records that were to be read again.

        Left out is what the window held anyway. Beside them the Ids of those to be read again that no longer pass.
        """
        if not self.request.reads_on or checkpoint.since is None:
            return (), []
        sync, mapping = self.spec.name, self.mapping.name
        asked = self.ledger.asked_again(sync, mapping)
        due = [reject.id for reject in self.ledger.open_rejects(sync, mapping, due_at=checkpoint.read_at)]
        wanted = list(dict.fromkeys([*due, *self.ledger.releasable(sync, mapping), *asked]))
        sink = self._sink(checkpoint, first_number=len(parts))
        seen: set[str] = set()
        for page in self._named(wanted):
            seen.update(page["Id"].to_pylist())
            sink.add(page.filter(pc.invert(_within(page[self._facts.cursor], self._span(checkpoint)))))
        sink.flush()
        missed = [id_ for id_ in wanted if id_ not in seen]
        if self.request.writes:
            self.ledger.close_rejects(sync, mapping, missed, checkpoint.read_at)
            self.ledger.unpark(sync, mapping, missed)
        return tuple(sink.parts), [id_ for id_ in asked if id_ not in seen]

    def _departures(
        self, checkpoint: ExtractCheckpoint, parts: tuple[PartRef, ...], lost: list[str]
    ) -> tuple[PartRef, ...]:
        filtered = self.mapping.where is not None and self._all
        if not filtered and not lost:
            return ()
        read = pa.concat_arrays(
            [batch for part in parts for batch in self.store.read_part(part, columns=["Id"])["Id"].chunks]
            or [pa.array([], pa.string())]
        )
        sink = PartSink(
            store=self.store,
            schema=PAYLOAD_SCHEMA,
            key_of=self._key_of(checkpoint, "payloads"),
            rows_per_part=checkpoint.rows_per_part,
            first_number=len(parts),
        )
        found: set[str] = set()
        for page in self._identities(checkpoint) if filtered else ():
            found.update(page["Id"].to_pylist())
            sink.add(departed(page, read, self.ledger, self.spec.name, self.mapping.name, self._facts.cursor))
        for page in self._identified([id_ for id_ in lost if id_ not in found]):
            found.update(page["Id"].to_pylist())
            sink.add(departed(page, read, self.ledger, self.spec.name, self.mapping.name, self._facts.cursor))
        sink.add(vanished([id_ for id_ in lost if id_ not in found], self._facts.cursor))
        sink.flush()
        return tuple(sink.parts)

    def _identities(self, checkpoint: ExtractCheckpoint) -> Iterator[pa.Table]:
        """Ids of what changed, whether it passes the filter or not."""
        if checkpoint.until is None:
            return self._identified(self._named_ids())
        return read_window(self._span(checkpoint), lambda part: self._identity_pages(window=part))

    def _identified(self, ids: Sequence[str]) -> Iterator[pa.Table]:
        """The same of named records."""
        for chunk in split_ids(ids):
            yield from self._identity_pages(ids=chunk)

    def _identity_pages(self, *, window: Window | None = None, ids: Sequence[str] | None = None) -> Iterator[pa.Table]:
        schema = self._identity_schema()
        soql = build_soql(schema, cursor=self._facts.cursor, where=None, window=window, ids=ids)
        return rest.read_rest(self.salesforce, soql, schema, include_deleted=True)

    def _identity_schema(self) -> SourceSchema:
        names = ("Id", self._facts.cursor, "IsDeleted", "MasterRecordId")
        fields = self._schema.fields
        return SourceSchema(
            sobject=self._schema.sobject, fields={name: fields[name] for name in names if name in fields}
        )

    @property
    def _facts(self) -> MappingFacts:
        return self.facts.mappings[self.mapping.name]

    @property
    def _schema(self) -> SourceSchema:
        return self._facts.source

    @property
    def _all(self) -> bool:
        """Deleted rows matter once something has been loaded: the very first run has nothing to take away."""
        if self.request.mode is Mode.WINDOW or self.request.names_records:
            return True
        return self.ledger.watermark(self.spec.name, self.mapping.name) is not None

    def _window(self) -> Window | None:
        watermark = self._trusted_watermark()
        limits = self.spec.limits
        return plan_window(
            self.request, watermark=watermark, now=self.facts.now, overlap=limits.overlap, lag=limits.lag
        )

    def _trusted_watermark(self) -> datetime | None:
        """The watermark, unless every record has to be looked at: after a change of the mapping, and on schedule."""
        if self._due_for_reread():
            log.info("%s: fields that move no change stamp are due, so this run reads every record", self.mapping.name)
            return None
        known = self.ledger.watermark_fingerprint(self.spec.name, self.mapping.name)
        if known is None or still_holds(known, self._fingerprint()):
            return self.ledger.watermark(self.spec.name, self.mapping.name)
        if self.request.reads_on:
            log.info("%s: its file has changed or a field is back, so this run reads every record", self.mapping.name)
        return None

    def _due_for_reread(self) -> bool:
        """Formulas, roll-ups and fields of parents change without a new stamp on the record."""
        if not self.request.reads_on or self.mapping.reread is None:
            return False
        if not any(found.calculated or "." in found.path for found in self._schema.fields.values()):
            return False
        if self.ledger.watermark(self.spec.name, self.mapping.name) is None:
            return False
        last = self.ledger.reread_at(self.spec.name, self.mapping.name)
        return last is None or self.facts.now - last >= self.mapping.reread

    def _count(self, window: Window) -> int:
        soql = build_count(self._facts.source, cursor=self._facts.cursor, where=self.mapping.where, window=window)
        try:
            return rest.count(self.salesforce, soql)
        except rest.QueryTimeoutError:
            log.warning("counting took Salesforce too long: taken as a large window")
            return self.spec.limits.bulk_above + 1

    def _soql(self, window: Window | None) -> str:
        return build_soql(
            self._facts.source, cursor=self._facts.cursor, where=self.mapping.where, window=window, ids=None
        )

    def _create_job(self, soql: str) -> str | None:
        try:
            return bulk.create_job(self.salesforce, soql, include_deleted=self._all)
        except BulkRefusedError as exc:
            if not fits_rest(soql):
                raise
            log.warning("Salesforce refuses a Bulk job here, reading by REST instead: %s", exc)
            return None

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        """Every call first asks whether it may be made; tidying up afterwards needs not."""
        spent = self.ledger.calls(self.spec.name, self.run_id)
        self.salesforce.before_call = CallGuard(limits=self.spec.limits, spent=spent, salesforce=self.salesforce)
        try:
            yield
        finally:
            self.salesforce.before_call = None

    def _counted(self, checkpoint: ExtractCheckpoint) -> ExtractCheckpoint:
        """The checkpoint with the calls made since the last one."""
        made = self.salesforce.calls - self._counted_up_to
        self._counted_up_to = self.salesforce.calls
        return replace(checkpoint, calls=(checkpoint.calls or 0) + made)

    def _checkpoint(self) -> ExtractCheckpoint:
        checkpoint = self.ledger.checkpoint(self.spec.name, self.run_id, self.mapping.name)
        if checkpoint is None:
            raise TransportError("this extraction was never begun", where=f"mapping {self.mapping.name}")
        return checkpoint

    def _save_progress(self, checkpoint: ExtractCheckpoint, sink: PartSink, locator: str | None) -> ExtractCheckpoint:
        parts = (*checkpoint.parts, *(part.to_dict() for part in sink.parts))
        progressed = self._counted(replace(checkpoint, parts=parts, locator=locator))
        self.ledger.save_checkpoint(progressed)
        log.info("%s: %d rows in %d parts", self.mapping.name, sum(int(p["rows"]) for p in parts), len(parts))
        return progressed

    def _sink(self, checkpoint: ExtractCheckpoint, first_number: int | None = None) -> PartSink:
        return PartSink(
            store=self.store,
            schema=arrow_schema(self._schema),
            key_of=self._key_of(checkpoint, "rows"),
            rows_per_part=checkpoint.rows_per_part,
            first_number=len(checkpoint.parts) if first_number is None else first_number,
        )

    def _key_of(self, checkpoint: ExtractCheckpoint, kind: Literal["rows", "payloads"]) -> Callable[[int], PartKey]:
        def key(number: int) -> PartKey:
            return PartKey(
                sync=self.spec.name,
                run=self.run_id,
                mapping=self.mapping.name,
                extraction=checkpoint.extraction,
                kind=kind,
                number=number,
            )

        return key

    def _span(self, checkpoint: ExtractCheckpoint) -> Window:
        if checkpoint.until is None:
            raise TransportError("named records have no window", where=f"mapping {self.mapping.name}")
        return Window(since=checkpoint.since, until=checkpoint.until)

    def _fingerprint(self) -> str:
        return mapping_fingerprint(self.spec.folder, self.mapping.name, self._facts.left_out)

    def _query_hash(self) -> str:
        asked = f"{self.facts.fingerprint}|{self.request}|{','.join(self._facts.left_out)}"
        return hashlib.sha256(asked.encode()).hexdigest()[:16]


def _within(stamps: pa.ChunkedArray, window: Window) -> pa.ChunkedArray:
    before_end = pc.less(stamps, pa.scalar(window.until, pa.timestamp("ms", tz="UTC")))
    if window.since is None:
        return pc.fill_null(before_end, False)
    after_start = pc.greater_equal(stamps, pa.scalar(window.since, pa.timestamp("ms", tz="UTC")))
    return pc.fill_null(pc.and_(before_end, after_start), False)
