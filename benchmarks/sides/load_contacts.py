"""The load step: parts of numbered contacts, one after the other in one process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import fsspec
import pyarrow as pa

from benchmarks.contacts import name_of, payload, record_id
from benchmarks.sides.side import Order, Watch, run_side
from benchmarks.stage import SHIPPED
from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.wire.connection import DaktelaSettings
from salesforce_daktela.daktela.wire.limiter import AdaptiveLimiter
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.model import Limits
from salesforce_daktela.staging.store import PartKey, PartRef, PartStore
from salesforce_daktela.steps.load.loader import Loader
from salesforce_daktela.steps.run.payload_schema import PAYLOAD_SCHEMA

START = datetime(2026, 1, 1, tzinfo=UTC)
CONFIGURED = 1000.0
"""Requests per second in sync.yaml: far more than the servers here allow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A load task with one ``version`` of numbered contacts; ``home`` holds parts, and the ledger unless it has an
    address of its own.
    """

    home: str
    daktela: dict[str, str]
    workers: int
    rows: int
    version: int
    ledger: str = ""

    def load(self, watch: Watch) -> dict[str, int]:
        """Load them and return the counts by outcome."""
        store = PartStore(fsspec.filesystem("file"), str(Path(self.home) / "staging"))
        part = self._stage(store)
        settings = DaktelaSettings(url=self.daktela["url"], token=self.daktela["token"])
        client = DaktelaClient(settings, limiter=AdaptiveLimiter(CONFIGURED, self.workers))
        ledger = Ledger.open(self.ledger or f"sqlite:///{Path(self.home) / 'ledger.db'}")
        ledger.upgrade()
        spec = replace(load_sync(SHIPPED), limits=Limits(requests_per_second=CONFIGURED, workers=self.workers))
        loader = Loader(
            spec=spec,
            mapping=spec.mapping("contacts"),
            database=self.daktela["database"],
            run_id=self._run,
            extraction=self._run,
            read_at=datetime.now(UTC),
            daktela=client,
            ledger=ledger,
            store=store,
        )
        with watch.running():
            counts = loader.load(part, 0).counts()
        client.close()
        ledger.close()
        return counts

    @property
    def _run(self) -> str:
        return f"run-{datetime.now(UTC):%H%M%S%f}"

    def _stage(self, store: PartStore) -> PartRef:
        key = PartKey(sync="default", run="run", mapping="contacts", extraction="x", kind="payloads", number=0)
        return store.write_part(key, self._tables(), PAYLOAD_SCHEMA)

    def _tables(self) -> Iterator[pa.Table]:
        for first in range(0, self.rows, 10_000):
            numbers = range(first, min(self.rows, first + 10_000))
            yield pa.Table.from_pylist([self._row(number) for number in numbers], schema=PAYLOAD_SCHEMA)

    def _row(self, number: int) -> dict[str, object]:
        return {
            "id": record_id(number),
            "name": name_of(number),
            "stamp": START + timedelta(minutes=self.version),
            "is_deleted": False,
            "left_filter": False,
            "master_id": None,
            "payload": json.dumps(payload(number, self.version), sort_keys=True, ensure_ascii=False),
            "references": "[]",
            "problems": "[]",
            "shortened": 0,
            "dropped": 0,
        }


def work(order: Order, watch: Watch) -> dict[str, object]:
    """Load what the order says; the facts are counts by outcome."""
    return {"outcomes": Task(**order).load(watch)}


if __name__ == "__main__":
    run_side(work)
