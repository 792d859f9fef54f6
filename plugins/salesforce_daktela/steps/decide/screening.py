"""Which rows of a part Daktela holds as they are: found column by column, before any row becomes an object."""

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
    """``unchanged`` needs no call, ``rest`` has to be looked at row by row; together they are the part.

    ``dropped`` counts the reference fields that ``unchanged`` goes without, because nobody knows their values' names.
    """

    unchanged: pa.Table
    rest: pa.Table
    dropped: Counter[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A part, which of its rows can be compared, and the digests that the ledger holds of those by their Ids."""

    part: pa.Table
    plain: pa.ChunkedArray
    held: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """Compares with one mapping's entries; ``extraction`` is the one under way.

    ``names`` resolves references, ``constants`` are fields that every body gets beside its payload and references,
    ``clearing`` those that a reference without a name empties.
    """

    ledger: Ledger
    scope: tuple[str, str]
    extraction: str
    names: NameLookup
    constants: Mapping[str, str]
    clearing: Collection[str]

    def ask(self, part: pa.Table) -> Asked:
        """Ask the ledger about a part of payloads: about live records here as there, without problems, that another
        extraction wrote. What this one wrote itself has an outcome already.
        """
        plain = pc.and_(pc.equal(part["problems"], NONE), pc.invert(pc.or_(part["is_deleted"], part["left_filter"])))
        ids = part["id"].filter(plain).to_pylist()
        return Asked(
            part=part, plain=plain, held=self.ledger.records.live_digests(*self.scope, ids, apart_from=self.extraction)
        )

    def split(self, asked: Asked) -> Screened:
        """Split a part: unchanged is what has the digest that the ledger holds.

        Where columns cannot be compared because of what one row holds, all rows are left to be looked at one by one:
        that tells which row it is.
        """
        try:
            return self._split(asked)
        except STOPS:
            raise
        except Exception as exc:  # noqa: BLE001 row by row the same is raised for the one row that has it
            log.warning("a part is compared row by row: %s", type(exc).__name__)
            return Screened(unchanged=asked.part.slice(0, 0), rest=asked.part, dropped=Counter())

    def _split(self, asked: Asked) -> Screened:
        part, rows = asked.part, asked.part.filter(asked.plain)
        resolved = resolve_columns(_whole(rows["references"]), self.names, self.constants, self.clearing)
        same = self._same(rows, resolved.texts, asked.held)
        everywhere = np.zeros(part.num_rows, bool)
        everywhere[_whole(asked.plain).to_numpy(zero_copy_only=False)] = same
        return Screened(
            unchanged=part.filter(pa.array(everywhere)),
            rest=part.filter(pa.array(~everywhere)),
            dropped=Counter({field: int(np.count_nonzero(lost & same)) for field, lost in resolved.dropped.items()}),
        )

    def _same(self, rows: pa.Table, fields: pa.Array, held: Mapping[str, str]) -> NDArray[np.bool_]:
        """Which rows have the digest that is held; those without ``fields`` wait for a parent."""
        texts = pc.binary_join_element_wise(_whole(rows["payload"]), fields, LINE_END)
        whole = texts.is_valid()
        ids = rows["id"].filter(whole).to_pylist()
        made = digests(self.ledger.salt(), texts.filter(whole).cast(pa.binary()).to_pylist())
        same = np.zeros(rows.num_rows, bool)
        same[whole.to_numpy(zero_copy_only=False)] = list(map(operator.eq, map(held.get, ids), made))
        return same


def _whole(array: pa.ChunkedArray) -> pa.Array:
    return array.combine_chunks() if array.num_chunks != 1 else array.chunk(0)
