"""Makes a ledger like that after a first load: all records of the payload parts, and their accounts, are accepted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from benchmarks.sides.deployment import Deployment
from benchmarks.sides.side import Order, Watch, run_side
from salesforce_daktela.ledger.records.entries import RecordEntry, RecordState
from salesforce_daktela.steps.decide.decisions import Prepared
from salesforce_daktela.steps.decide.payload_rows import PayloadRow, read_rows


def work(order: Order, _watch: Watch) -> dict[str, object]:
    """Fill the ledger by its own methods."""
    here = Deployment(order)
    sync, decider = here.spec.name, here.loader.decider
    accounts, remembered = set[str](), 0
    for part in here.kept.parts("payloads"):
        rows = [row for row in read_rows(here.store.read_part(part)) if not row.departed and not row.problems]
        new = _accounts(rows) - accounts
        here.ledger.records.accept(sync, "accounts", [_account(id_, here.read_at) for id_ in sorted(new)])
        accounts |= new
        prepared = decider.prepare(rows).prepared
        here.ledger.records.accept(sync, here.mapping.name, [_entry(item, here.read_at) for item in prepared])
        remembered += len(prepared)
    return {"remembered": remembered}


def _accounts(rows: Iterable[PayloadRow]) -> set[str]:
    return {reference.value for row in rows for reference in row.references if reference.to == "accounts"}


def _account(id_: str, read_at: datetime) -> RecordEntry:
    return _live(id_, f"sf_account_{id_}", b"0" * 16, None, read_at)


def _entry(item: Prepared, read_at: datetime) -> RecordEntry:
    return _live(item.row.id, str(item.row.name), item.digest, item.row.stamp, read_at)


def _live(id_: str, name: str, digest: bytes, stamp: datetime | None, read_at: datetime) -> RecordEntry:
    return RecordEntry(
        id=id_,
        name=name,
        state=RecordState.LIVE,
        digest=digest,
        stamp=stamp,
        read_at=read_at,
        extraction="before",
        outcome="created",
        adopted=False,
        written_at=read_at,
    )


if __name__ == "__main__":
    run_side(work)
