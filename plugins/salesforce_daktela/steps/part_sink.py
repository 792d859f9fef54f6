"""Gather pages into part files, never holding more than one part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pyarrow as pa

from salesforce_daktela.staging.store import PartKey, PartRef, PartStore


@dataclass(slots=True, kw_only=True)
class PartSink:
    """Takes pages of any size and publishes a part whenever ``rows_per_part`` rows are together.

    ``key_of`` gives the key of the part with a number; numbers go on from ``first_number``.
    """

    store: PartStore
    schema: pa.Schema
    key_of: Callable[[int], PartKey]
    rows_per_part: int
    first_number: int = 0
    parts: list[PartRef] = field(default_factory=list)
    _pages: list[pa.Table] = field(default_factory=list)
    _held: int = 0

    @property
    def room(self) -> int:
        """How many rows the open part still takes."""
        return self.rows_per_part - self._held

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
        """Publish what is held, if anything is."""
        if not self._held:
            return
        key = self.key_of(self.first_number + len(self.parts))
        self.parts.append(self.store.write_part(key, self._pages, self.schema))
        self._pages, self._held = [], 0

    @property
    def empty(self) -> bool:
        """Whether every row taken so far is in a published part."""
        return self._held == 0
