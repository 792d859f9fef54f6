"""``python -m tests.scenarios.load_worker ORDER``: one load task in a process that can be killed."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import fsspec
import pyarrow as pa

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.wire.connection import DaktelaSettings
from salesforce_daktela.daktela.wire.limiter import AdaptiveLimiter
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.staging.store import PartKey, PartRef, PartStore
from salesforce_daktela.steps.load import leases
from salesforce_daktela.steps.load.loader import Loader
from salesforce_daktela.steps.run.payload_schema import PAYLOAD_SCHEMA

STAMP = datetime(2026, 3, 1, tzinfo=UTC)


def store(home: Path) -> PartStore:
    return PartStore(fsspec.filesystem("file"), str(home / "staging"))


def stage(home: Path, rows: int) -> PartRef:
    """A part of so many new contacts."""
    key = PartKey(sync="default", run="run", mapping="contacts", extraction="x", kind="payloads", number=0)
    table = pa.Table.from_pylist([_row(number) for number in range(rows)], schema=PAYLOAD_SCHEMA)
    return store(home).write_part(key, [table], PAYLOAD_SCHEMA)


def load(order: Mapping[str, Any]) -> dict[str, int]:
    """Load the part as the task does, and return its counts by outcome."""
    home = Path(order["home"])
    leases.SECONDS = float(order["held"])
    ledger = Ledger.open(f"sqlite:///{home / 'ledger.db'}")
    ledger.upgrade()
    spec = load_sync(Path(order["folder"]))
    client = DaktelaClient(
        DaktelaSettings(url=order["url"], token=order["token"], verify=order["ca"]), limiter=AdaptiveLimiter(1000, 8)
    )
    loader = Loader(
        spec=spec,
        mapping=spec.mapping("contacts"),
        database="sales",
        run_id="run",
        extraction="x",
        read_at=STAMP,
        daktela=client,
        ledger=ledger,
        store=store(home),
        piece_rows=100,
    )
    counts = loader.load(PartRef.from_dict(order["part"]), 0).counts()
    client.close()
    ledger.close()
    return counts


def _row(number: int) -> dict[str, Any]:
    id_ = f"003xx{number:010d}AAA"
    body = {"title": f"Jana {number}", "lastname": "Nová", "customFields": {"email": [f"jana{number}@example.com"]}}
    return {
        "id": id_,
        "name": f"sf_contact_{id_}",
        "stamp": STAMP,
        "is_deleted": False,
        "left_filter": False,
        "master_id": None,
        "payload": json.dumps(body, sort_keys=True),
        "references": "[]",
        "problems": "[]",
        "shortened": 0,
        "dropped": 0,
    }


if __name__ == "__main__":
    load(json.loads(sys.argv[1]))
