"""Ask Salesforce once, for all mappings, whether anything has changed that no run has read."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.digests import digest
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.query.composite import FirstPage, Query, ask_together
from salesforce_daktela.salesforce.query.soql import build_changed, fits_rest
from salesforce_daktela.staging.store import PartStore
from salesforce_daktela.steps.extract.reading import Reading
from salesforce_daktela.steps.extract.window import choose_window
from salesforce_daktela.steps.run.facts import RunFacts
from salesforce_daktela.sync.request import RunRequest
from salesforce_daktela.sync.window import Window

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """``facts`` with Salesforce's present time, and the window of each mapping, None where every record has to be read.

    ``reasons`` tell why the run has something to do, empty when it has nothing.
    """

    facts: RunFacts
    windows: Mapping[str, Window | None]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One question for one run. ``facts`` are those of the last whole check."""

    spec: SyncSpec
    request: RunRequest
    facts: RunFacts
    run_id: str
    salesforce: SalesforceClient
    ledger: Ledger
    store: PartStore

    def ask(self) -> Probed | None:
        """Return what was found, None when it cannot be asked or a query is refused. Raises as Salesforce refuses.

        The queries select every mapped field, so that one that is no longer there is noticed at once. They have no
        end and no filter: a record that left the filter has changed as well.
        """
        began = time.monotonic()
        asked = self._queries()
        if asked is None:
            return None
        pages = ask_together(self.salesforce, [query for query, _ in asked.values()])
        refused = [page.refused for page in pages if page.refused is not None]
        if refused:
            log.warning("Salesforce refuses to tell in short whether anything has changed: %s", refused[0])
            return None
        facts = replace(self.facts, now=self.salesforce.server_time(since=began))
        windows, reasons = {}, []
        for (name, (_, since)), page in zip(asked.items(), pages, strict=True):
            windows[name], reason = self._judge(self._reading(name, facts), since, page)
            reasons += [f"{name}: {reason}"] if reason else []
        return Probed(facts=facts, windows=windows, reasons=tuple(reasons))

    def _queries(self) -> dict[str, tuple[Query, datetime]] | None:
        """The query of each mapping and the stamp that it begins with; None before a first load, or when too long."""
        queries = {}
        for mapping in self.spec.mappings:
            if not self.request.selects(mapping.name):
                continue
            reading = self._reading(mapping.name, self.facts)
            settled = self.ledger.watermarks.read(*reading.scope)
            if settled is None:
                return None
            since = settled - self.spec.limits.overlap
            soql = build_changed(reading.schema, cursor=reading.cursor, since=since)
            if not fits_rest(soql, self.salesforce.longest_query):
                return None
            queries[mapping.name] = Query(soql=soql, schema=reading.schema), since
        return queries

    def _judge(self, reading: Reading, since: datetime, page: FirstPage) -> tuple[Window | None, str]:
        """The window of the run, and why there is something to read in it or beside it."""
        window = choose_window(reading)
        if window is None or window.since is None or window.since < since:
            return None, "every record has to be read"
        reason = _due(reading)
        if page.rows is None:
            return window, reason or "many records have changed"
        hashes = self._hashes(_within(page.rows, reading.cursor, window))
        unread = set(hashes) - self.ledger.rows_seen.read(*reading.scope)
        if unread:
            self.ledger.rows_seen.meet(*reading.scope, self.run_id, hashes, window.until)
        return window, f"{len(unread)} records have changed" if unread else reason

    def _hashes(self, rows: pa.Table) -> list[str]:
        """Hashes of whole rows: any mapped value that differs makes another one."""
        salt = self.ledger.salt()
        return [digest(salt, json.dumps(row, default=str)).hex() for row in rows.to_pylist()]

    def _reading(self, mapping: str, facts: RunFacts) -> Reading:
        return Reading(
            spec=self.spec,
            mapping=self.spec.mapping(mapping),
            run_facts=facts,
            request=self.request,
            run_id=self.run_id,
            salesforce=self.salesforce,
            ledger=self.ledger,
            store=self.store,
        )


def _due(reading: Reading) -> str:
    """Why records are to be read that have not changed: rejects, parked ones, and those that a run asked for."""
    ledger, scope = reading.ledger, reading.scope
    waiting: Sequence[tuple[str, Sequence[object]]] = (
        ("rejected records are due", ledger.rejects.read(*scope, due_at=reading.run_facts.now)),
        ("parents of parked records have come", ledger.parking.releasable(*scope)),
        ("records are to be read again", ledger.rereads.read(*scope)),
    )
    return next((f"{len(found)} {what}" for what, found in waiting if found), "")


def _within(rows: pa.Table, cursor: str, window: Window) -> pa.Table:
    end = pa.scalar(window.until, pa.timestamp("ms", tz="UTC"))
    return rows.filter(pc.fill_null(pc.less(rows[cursor], end), True))
