"""What is decided about the rows of a part between payload and write."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from salesforce_daktela.ledger.records.entries import RecordEntry, Waiting
from salesforce_daktela.steps.decide.orders import Order
from salesforce_daktela.steps.decide.payload_rows import PayloadRow
from salesforce_daktela.sync.decision import Step
from salesforce_daktela.sync.outcome import RecordOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A row with its references resolved: ready to be compared and, if need be, sent.

    ``once`` is what a create sends beside the body.
    """

    row: PayloadRow
    fields: dict[str, Any] = field(repr=False)
    digest: bytes
    once: dict[str, Any] = field(default_factory=dict, repr=False)

    def body(self) -> dict[str, Any]:
        """What is sent, without the name."""
        return {**self.row.body(), **self.fields}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unverified:
    """A record to verify in Daktela: the step by the ledger alone, and the write if Daktela differs."""

    item: Prepared
    entry: RecordEntry
    step: Step
    order: Order


@dataclass(slots=True)
class Preparation:
    """Rows that can be compared, outcomes of rows that cannot, and the parents that parked rows wait for."""

    prepared: list[Prepared] = field(default_factory=list)
    outcomes: list[RecordOutcome] = field(default_factory=list)
    waits: list[Waiting] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Decided:
    """Writes to make, records that are already right in Daktela, and outcomes of rows that need no write."""

    orders: list[Order] = field(default_factory=list)
    accepted: list[Order] = field(default_factory=list)
    outcomes: list[RecordOutcome] = field(default_factory=list)
    superseded: int = 0
