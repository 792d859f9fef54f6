"""Writes that a run is about to make, and the rows that they come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from salesforce_daktela.ledger.records.entries import RecordEntry
from salesforce_daktela.mapping.engine.create import strip_for_create
from salesforce_daktela.mapping.once import with_once
from salesforce_daktela.steps.decide.payload_rows import PayloadRow
from salesforce_daktela.sync.outcome import Outcome, RecordOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One write. ``outcome`` is what a success will count as; ``create`` tells POST from PUT.

    ``known`` is the ledger's entry on which the decision is based. ``once`` is sent beside the body by a create.
    """

    row: PayloadRow
    name: str
    body: dict[str, Any] = field(repr=False)
    digest: bytes
    create: bool
    outcome: Outcome
    known: RecordEntry | None
    adopted: bool = False
    once: dict[str, Any] = field(default_factory=dict, repr=False)

    def whole(self) -> dict[str, Any]:
        """All that is sent, without the name and without what a create leaves out."""
        return strip_for_create(with_once(self.body, self.once)) if self.create else self.body


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A row whose object the ledger does not know, with the body that it would be sent with.

    ``once`` is what a create sends beside the body.
    ``former`` are names of records that were converted into it: one of their objects may be there.
    """

    row: PayloadRow
    name: str
    body: dict[str, Any] = field(repr=False)
    digest: bytes
    known: RecordEntry | None
    former: tuple[str, ...] = ()
    once: dict[str, Any] = field(default_factory=dict, repr=False)


@dataclass(slots=True)
class Placed:
    """Results for candidates: orders to carry out, records that are already right, and refusals."""

    orders: list[Order] = field(default_factory=list)
    accepted: list[Order] = field(default_factory=list)
    refused: list[RecordOutcome] = field(default_factory=list)

    def add(self, other: Placed) -> None:
        """Add the results of other candidates."""
        self.orders += other.orders
        self.accepted += other.accepted
        self.refused += other.refused
