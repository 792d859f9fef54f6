"""Find the rows of a part that are unchanged, column by column, without a Python object for each row."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.digests import LENGTH, digests
from salesforce_daktela.prefetch import prefetch
from salesforce_daktela.steps.decide.reference_columns import NameLookup, ResolvedColumns, resolve_columns
from salesforce_daktela.steps.run.unexpected_errors import STOPS

log = logging.getLogger(__name__)

NONE, LINE_END = pa.scalar("[]"), pa.scalar("\n")
UNKNOWN = "0" * 2 * LENGTH
"""No record has this digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """``unchanged`` are the Ids of rows that need no call, ``rest`` are rows to be decided one by one.

    ``dropped`` counts, by field, references of ``unchanged`` rows dropped because no Daktela name was found.
    """

    unchanged: pa.Table
    rest: pa.Table
    dropped: Counter[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedPart:
    """A part, which of its rows can be compared, and the references of these; None where a value prevents that."""

    part: pa.Table
    plain: pa.Array
    resolved: ResolvedColumns | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPart:
    """A part with its references, and the ledger's digests of its rows by Id."""

    read: ResolvedPart
    digests: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """Compares with one mapping's entries; ``extraction`` is the one under way.

    ``names`` resolves references, ``constants`` are fields that every body gets in addition to payload and references,
    ``clearing`` are fields that are emptied when their reference has no name.
    """

    ledger: Ledger
    scope: tuple[str, str]
    extraction: str
    names: NameLookup
    constants: Mapping[str, str]
    clearing: Collection[str]

    def parts(self, parts: Iterator[pa.Table]) -> Generator[Screened]:
        """Split each part: a row is unchanged when its digest is the one in the ledger.

        While one part is compared, threads query the ledger for the digests of the next one and for the parents of the
        one after it, and read a fourth.
        """
        with (
            closing(prefetch(parts)) as read,
            closing(prefetch(map(self.resolve, read))) as resolved,
            closing(prefetch(map(self.ask, resolved))) as asked,
        ):
            yield from map(self.split, asked)

    def resolve(self, part: pa.Table) -> ResolvedPart:
        """Resolve the references of rows that are live and have no problem.

        When a value of some row keeps the columns from being resolved, all rows are decided one by one, so that only
        the row with that value is rejected.
        """
        live = pc.invert(pc.or_(part["is_deleted"], part["left_filter"]))
        plain = _whole(pc.and_(pc.equal(part["problems"], NONE), live))
        references = _whole(part["references"].filter(plain))
        try:
            resolved = resolve_columns(references, self.names, self.constants, self.clearing)
        except STOPS:
            raise
        except Exception as exc:  # noqa: BLE001 decided row by row, the error is raised for its row alone
            log.warning("a part is compared row by row: %s", type(exc).__name__)
            resolved = None
        return ResolvedPart(part=part, plain=plain, resolved=resolved)

    def ask(self, read: ResolvedPart) -> StoredPart:
        """Read the ledger's digests for rows that are live in the ledger, too.

        Records that this extraction wrote are left out: they have an outcome already.
        """
        ids = [] if read.resolved is None else _values(read.part["id"].filter(read.plain))
        found = self.ledger.records.live_digests(*self.scope, ids, apart_from=self.extraction)
        return StoredPart(read=read, digests=found)

    def split(self, stored: StoredPart) -> Screened:
        """Split a part: a row is unchanged when its digest is the one in the ledger."""
        part, plain, resolved = stored.read.part, stored.read.plain, stored.read.resolved
        if resolved is None:
            return Screened(unchanged=part.slice(0, 0), rest=part, dropped=Counter())
        same = self._same(part.select(["id", "payload"]).filter(plain), resolved.texts, stored.digests)
        everywhere = np.zeros(part.num_rows, bool)
        everywhere[plain.to_numpy(zero_copy_only=False)] = same
        return Screened(
            unchanged=part.select(["id"]).filter(pa.array(everywhere)),
            rest=part.filter(pa.array(~everywhere)),
            dropped=Counter({field: int(np.count_nonzero(lost & same)) for field, lost in resolved.dropped.items()}),
        )

    def _same(self, rows: pa.Table, fields: pa.Array, known: Mapping[str, str]) -> NDArray[np.bool_]:
        """Which rows have the digest in the ledger; rows without ``fields`` wait for a parent."""
        texts = pc.binary_join_element_wise(_whole(rows["payload"]), fields, LINE_END)
        whole = texts.is_valid()
        made = digests(self.ledger.salt(), _values(texts.filter(whole).cast(pa.binary())))
        held = bytes.fromhex("".join(map(known.get, _values(rows["id"].filter(whole)), repeat(UNKNOWN))))
        same = np.zeros(rows.num_rows, bool)
        same[whole.to_numpy(zero_copy_only=False)] = _rows_of(made) == _rows_of(held)
        return same


def _rows_of(joined: bytes) -> NDArray[np.void]:
    """Digests that follow one another, as an array of one item for each."""
    return np.frombuffer(joined, np.dtype((np.void, LENGTH)))


def _values(array: pa.Array | pa.ChunkedArray) -> list[Any]:
    """Texts or bytes as Python objects: numpy makes them faster than Arrow."""
    found: list[Any] = (
        array.to_numpy(zero_copy_only=False).tolist() if isinstance(array, pa.Array) else array.to_numpy().tolist()
    )
    return found


def _whole(array: pa.ChunkedArray) -> pa.Array:
    return array.combine_chunks() if array.num_chunks != 1 else array.chunk(0)
