"""Find the rows of a part that are unchanged, column by column, without a Python object for each row."""

from __future__ import annotations

import logging
import operator
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.digests import digests
from salesforce_daktela.steps.decide.reference_columns import NameLookup, resolve_columns
from salesforce_daktela.steps.run.unexpected_errors import STOPS

log = logging.getLogger(__name__)

NONE, LINE_END = pa.scalar("[]"), pa.scalar("\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """``unchanged`` rows need no call, ``rest`` has to be decided row by row; together they are the part.

    ``dropped`` counts, by field, references of ``unchanged`` rows dropped because no Daktela name was found.
    """

    unchanged: pa.Table
    rest: pa.Table
    dropped: Counter[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPart:
    """A part, which of its rows can be compared, and the ledger's digests of these by Id."""

    part: pa.Table
    plain: pa.ChunkedArray
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

    def ask(self, part: pa.Table) -> StoredPart:
        """Read the ledger's digests for rows that are live, have no problem and are live in the ledger too.

        Records that this extraction wrote are left out: they have an outcome already.
        """
        plain = pc.and_(pc.equal(part["problems"], NONE), pc.invert(pc.or_(part["is_deleted"], part["left_filter"])))
        ids = part["id"].filter(plain).to_pylist()
        return StoredPart(
            part=part,
            plain=plain,
            digests=self.ledger.records.live_digests(*self.scope, ids, apart_from=self.extraction),
        )

    def split(self, stored: StoredPart) -> Screened:
        """Split a part: a row is unchanged when its digest is the one in the ledger.

        When a value of some row keeps the columns from being compared, all rows are decided one by one, so that only
        the row with that value is rejected.
        """
        try:
            return self._split(stored)
        except STOPS:
            raise
        except Exception as exc:  # noqa: BLE001 decided row by row, the error is raised for its row alone
            log.warning("a part is compared row by row: %s", type(exc).__name__)
            return Screened(unchanged=stored.part.slice(0, 0), rest=stored.part, dropped=Counter())

    def _split(self, stored: StoredPart) -> Screened:
        part, rows = stored.part, stored.part.filter(stored.plain)
        resolved = resolve_columns(_whole(rows["references"]), self.names, self.constants, self.clearing)
        same = self._same(rows, resolved.texts, stored.digests)
        everywhere = np.zeros(part.num_rows, bool)
        everywhere[_whole(stored.plain).to_numpy(zero_copy_only=False)] = same
        return Screened(
            unchanged=part.filter(pa.array(everywhere)),
            rest=part.filter(pa.array(~everywhere)),
            dropped=Counter({field: int(np.count_nonzero(lost & same)) for field, lost in resolved.dropped.items()}),
        )

    def _same(self, rows: pa.Table, fields: pa.Array, known: Mapping[str, str]) -> NDArray[np.bool_]:
        """Which rows have the digest in the ledger; rows without ``fields`` wait for a parent."""
        texts = pc.binary_join_element_wise(_whole(rows["payload"]), fields, LINE_END)
        whole = texts.is_valid()
        ids = rows["id"].filter(whole).to_pylist()
        made = digests(self.ledger.salt(), texts.filter(whole).cast(pa.binary()).to_pylist())
        same = np.zeros(rows.num_rows, bool)
        same[whole.to_numpy(zero_copy_only=False)] = list(map(operator.eq, map(known.get, ids), made))
        return same


def _whole(array: pa.ChunkedArray) -> pa.Array:
    return array.combine_chunks() if array.num_chunks != 1 else array.chunk(0)
