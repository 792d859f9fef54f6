"""The live rows of a part, piece by piece: what each row needs is decided while the piece before is written."""

from __future__ import annotations

from collections.abc import Container, Generator, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from salesforce_daktela.steps.decide.decider import Decider
from salesforce_daktela.steps.decide.decisions import Decided, Preparation
from salesforce_daktela.steps.decide.heirs import Heirs
from salesforce_daktela.steps.decide.payload_rows import PayloadRow, read_rows

ROWS = 1_000
"""Rows of a piece. Of two pieces there are bodies in memory; smaller ones ask the ledger more often."""

FIRST_ROWS = 160
"""Rows of the first piece: connections begin to write as soon as two calls have looked its names up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some rows, what preparing them has given, and what is to be done about those that could be prepared."""

    rows: Sequence[PayloadRow]
    preparation: Preparation
    decided: Decided


def live_and_departed(part: pa.Table) -> tuple[pa.Table, pa.Table]:
    """The rows that are in Salesforce and in the filter, and the others."""
    gone = pc.fill_null(pc.or_(part["is_deleted"], part["left_filter"]), fill_value=False)
    if not pc.any(gone).as_py():
        return part, part.slice(0, 0)  # a copy would double the part's memory
    return part.filter(pc.invert(gone)), part.filter(gone)


def without_outcome(rows: pa.Table, outcomes: Container[str]) -> pa.Table:
    """Those of ``rows`` whose Ids are not in ``outcomes``."""
    return rows.filter(pa.array([id_ not in outcomes for id_ in ids_of(rows)], pa.bool_()))


def total(rows: pa.Table, column: str) -> int:
    """The sum of a column of numbers."""
    return int(pc.sum(rows[column]).as_py() or 0)


def ids_of(rows: pa.Table) -> list[str]:
    """The Ids of ``rows``, in their order."""
    found: list[str] = rows["id"].to_pylist()
    return found


def decided_pieces(live: pa.Table, decider: Decider, heirs: Heirs | None, rows: int) -> Generator[Piece]:
    """Prepare and decide ``rows`` rows at a time, fewer at first. Heirs are given their objects, nothing is written.

    Raises as ``Decider.prepare`` and ``Decider.decide``.
    """
    for batch in _batches(live, rows):
        read = list(read_rows(batch))
        preparation = decider.prepare([row for row in read if not row.problems])
        waiting = set() if heirs is None else heirs.hand_over([item.row.id for item in preparation.prepared])
        decided = decider.decide([item for item in preparation.prepared if item.row.id not in waiting])
        yield Piece(rows=read, preparation=preparation, decided=decided)


def _batches(table: pa.Table, rows: int) -> Iterator[pa.Table]:
    first = min(FIRST_ROWS, rows)
    if table.num_rows:
        yield table.slice(0, first)
    for start in range(first, table.num_rows, rows):
        yield table.slice(start, rows)
