"""The ledger's entries of writes: the claim before a write, and the entry after it."""

from __future__ import annotations

from datetime import datetime

from salesforce_daktela.ledger.records.entries import Claim, Intent, RecordEntry, RecordState
from salesforce_daktela.steps.decide.orders import Order
from salesforce_daktela.steps.decide.stored_digests import read_back_digest
from salesforce_daktela.steps.load.writer import Written


def claim_of(order: Order, extraction: str, read_at: datetime) -> Claim:
    """The claim with which the record is leased; that of a first write carries an intent."""
    known = order.known
    first = known is None or known.state not in (RecordState.LIVE, RecordState.KEPT, RecordState.MARKED)
    intent = Intent(id=order.row.id, name=order.name, extraction=extraction, read_at=read_at, adopted=order.adopted)
    return Claim(id=order.row.id, name=order.name, expected=known, intent=intent if first else None)


def entry_of(
    written: Written, extraction: str, read_at: datetime, now: datetime, salt: bytes, *, as_sent: bool
) -> RecordEntry:
    """The entry of a record that Daktela has accepted; ``as_sent`` when the reply differs in no field."""
    order = written.order
    return RecordEntry(
        id=order.row.id,
        name=order.name,
        state=RecordState.LIVE,
        digest=order.digest,
        stamp=order.row.stamp,
        read_at=read_at,
        extraction=extraction,
        outcome=order.outcome.value,
        adopted=order.adopted,
        written_at=now,
        echo=None if as_sent or written.record is None else read_back_digest(salt, order.body, written.record),
    )
