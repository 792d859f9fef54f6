"""Gather pages into part files, with never more than one part in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pyarrow as pa
import pyarrow.compute as pc

from salesforce_daktela.staging.store import PartKey, PartRef, PartStore
from salesforce_daktela.sync.window_plan import next_part_rows

SAMPLE = 1000
"""Rows inspected to find columns whose values repeat."""


@dataclass(slots=True, kw_only=True)
class PartSink:
    """Takes pages of any size and publishes a part whenever enough rows have come.

    Enough is ``rows_per_part`` at first, and more once many have been read; ``read`` counts the rows of earlier parts.
    ``key_of`` gives the key of the part with a number; numbers go on from ``first_number``. ``repeating`` are the
    columns that get a dictionary, None until the first rows have shown them.
    """

    store: PartStore
    schema: pa.Schema
    key_of: Callable[[int], PartKey]
    rows_per_part: int
    first_number: int = 0
    read: int = 0
    parts: list[PartRef] = field(default_factory=list)
    repeating: list[str] | None = None
    _pages: list[pa.Table] = field(default_factory=list)
    _held: int = 0

    @property
    def room(self) -> int:
        """How many rows the open part still takes."""
        return next_part_rows(self.read, self.rows_per_part) - self._held

    def add(self, page: pa.Table) -> None:
        """Take one page; publish every part that it fills."""
        while page.num_rows:
            piece = page.slice(0, self.room)
            page = page.slice(piece.num_rows)
            self._pages.append(piece)
            self._held += piece.num_rows
            if self.room == 0:
                self.flush()

    def flush(self) -> None:
        """Publish the rows in memory, if any."""
        if not self._held:
            return
        key = self.key_of(self.first_number + len(self.parts))
        if self.repeating is None:
            self.repeating = repeating_columns(self._pages[0])
        self.parts.append(self.store.write_part(key, self._pages, self.schema, self.repeating))
        self.read += self._held
        self._pages, self._held = [], 0

    def following(self) -> PartSink:
        """An empty sink for the rows after these, once their parts are in a checkpoint."""
        return replace(self, first_number=self.first_number + len(self.parts), parts=[])

    @property
    def empty(self) -> bool:
        """Whether every row taken so far is in a published part."""
        return self._held == 0


def repeating_columns(page: pa.Table) -> list[str]:
    """The columns with at most half distinct values among the first ones: only these gain from a dictionary."""
    sample = page.slice(0, SAMPLE)
    return [
        name
        for name, column in zip(sample.column_names, sample.columns, strict=True)
        if not pa.types.is_boolean(column.type) and 2 * pc.count_distinct(column, mode="all").as_py() <= len(column)
    ]
