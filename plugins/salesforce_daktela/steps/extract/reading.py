"""One mapping in one run, as every module of the extract step uses it: clients, queries, and the key of parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import pyarrow as pa

from salesforce_daktela.errors import TransportError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import ExtractCheckpoint
from salesforce_daktela.mapping.arrow_types import arrow_schema
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.mapping.schema import SourceSchema
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.query.soql import build_count, build_soql, fits_rest
from salesforce_daktela.staging.store import PartKey, PartStore
from salesforce_daktela.steps.extract.departure_rows import DepartureColumns
from salesforce_daktela.steps.extract.part_sink import PartSink
from salesforce_daktela.steps.run.facts import MappingFacts, RunFacts
from salesforce_daktela.steps.run.payload_schema import PAYLOAD_SCHEMA
from salesforce_daktela.sync.request import Mode, RunRequest
from salesforce_daktela.sync.window import EARLIEST, Window

SCHEMAS: dict[str, pa.Schema] = {"payloads": PAYLOAD_SCHEMA}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The mapping, the run, and the three places that reading it needs."""

    spec: SyncSpec
    mapping: MappingSpec
    run_facts: RunFacts
    request: RunRequest
    run_id: str
    salesforce: SalesforceClient
    ledger: Ledger
    store: PartStore

    @property
    def scope(self) -> tuple[str, str]:
        """Sync and mapping, the key of the ledger's entries."""
        return self.spec.name, self.mapping.name

    @property
    def facts(self) -> MappingFacts:
        """What preflight found about the mapping."""
        return self.run_facts.mappings[self.mapping.name]

    @property
    def schema(self) -> SourceSchema:
        """The fields that are read."""
        return self.facts.source

    @property
    def cursor(self) -> str:
        """The field of the change stamp."""
        return self.facts.cursor

    @property
    def fingerprint(self) -> str:
        """The fingerprint of what payloads depend on besides the records."""
        return self.facts.fingerprint

    @property
    def carriers(self) -> dict[str, str]:
        """The fields, in Salesforce's spelling, that hold the Ids of a converted record's heirs, by their mappings."""
        return {target: self.schema.field(path).path for target, path in self.mapping.becomes.items()}

    @property
    def columns(self) -> DepartureColumns:
        """Where the queries for departures put what they ask for."""
        return DepartureColumns(cursor=self.cursor, carriers=self.carriers)

    @property
    def leaves_bin_out(self) -> bool:
        """Whether deleted rows of a window are left out; archived rows are read in any case."""
        return not self.with_deleted and "IsDeleted" in self.schema.fields

    @property
    def with_deleted(self) -> bool:
        """Whether deleted rows matter: once anything may have been loaded, by any run, settled or not.

        A full comparison finds deletions by the absence of records.
        """
        if self.request.compares:
            return False
        if self.request.mode is Mode.WINDOW or self.request.names_records:
            return True
        return self.ledger.records.any_known(*self.scope)

    def soql(self, window: Window | None = None, ids: Sequence[str] | None = None) -> str:
        """The query of a window, or of records by their Ids, which also finds those in the recycle bin."""
        where, alive = self.mapping.where, ids is None and self.leaves_bin_out
        return build_soql(self.schema, cursor=self.cursor, where=where, window=window, ids=ids, alive=alive)

    def fits_rest(self, window: Window) -> bool:
        """Whether REST accepts the query of a window and of its halves, which name both their ends."""
        since = EARLIEST if window.since is None else window.since
        longest = self.salesforce.longest_query
        return fits_rest(self.soql(Window(since=min(since, window.until), until=window.until)), longest)

    def count_soql(self, window: Window) -> str:
        """The query that counts what ``soql`` reads of a window."""
        where, alive = self.mapping.where, self.leaves_bin_out
        return build_count(self.schema, cursor=self.cursor, where=where, window=window, alive=alive)

    def sink(
        self, checkpoint: ExtractCheckpoint, first_number: int, kind: Literal["rows", "payloads"] = "rows"
    ) -> PartSink:
        """A sink that writes parts of this extraction, numbered from ``first_number`` on."""
        return PartSink(
            store=self.store,
            schema=SCHEMAS.get(kind) or arrow_schema(self.schema),
            key_of=partial(self.key, checkpoint.extraction, kind),
            rows_per_part=checkpoint.rows_per_part,
            first_number=first_number,
            read=sum(int(part["rows"]) for part in checkpoint.parts[:first_number]),
        )

    def span(self, checkpoint: ExtractCheckpoint) -> Window:
        """The window of the extraction. Raises TransportError for one of named records."""
        if checkpoint.until is None:
            raise TransportError("named records have no window", where=f"mapping {self.mapping.name}")
        return Window(since=checkpoint.since, until=checkpoint.until)

    def key(self, extraction: str, kind: Literal["rows", "payloads", "kept", "conversions"], number: int) -> PartKey:
        """The key of one part."""
        return PartKey(
            sync=self.spec.name,
            run=self.run_id,
            mapping=self.mapping.name,
            extraction=extraction,
            kind=kind,
            number=number,
        )
