"""Pages of queries other than the window's, kept so that the next run need not read them again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from salesforce_daktela.ledger.records.entries import ExtractCheckpoint
from salesforce_daktela.staging.store import PartRef
from salesforce_daktela.steps.extract.queries import Fetch, Queries, key_of
from salesforce_daktela.steps.extract.reading import Reading


@dataclass(slots=True, kw_only=True)
class KeptPages:
    """Keeps at most one part of rows in memory; rows that fill no part are written only when the run is stopped."""

    reading: Reading
    checkpoint: ExtractCheckpoint
    queries: Queries
    _held: dict[str, list[pa.Table]] = field(default_factory=dict)
    _rows: int = 0

    def read(self, soql: str, fetch: Fetch) -> Iterator[pa.Table]:
        """Yield a query's pages: first those that are kept, then those that ``fetch`` reads after them."""
        key = key_of(soql)
        for ref in [PartRef.from_dict(part["ref"]) for part in self.queries.kept if part["query"] == key]:
            yield self.reading.store.read_part(ref)
        for page in self.queries.pages(soql, fetch):
            self._held.setdefault(key, []).append(page)
            self._rows += page.num_rows
            if self._rows >= self.checkpoint.rows_per_part:
                self.flush()
            yield page

    def flush(self) -> None:
        """Write the rows in memory, a part for each query."""
        for key, pages in self._held.items():
            number = len(self.queries.kept)
            part = self.reading.key(self.checkpoint.extraction, "kept", number)
            ref = self.reading.store.write_part(part, pages, pages[0].schema)
            self.queries.kept.append({"query": key, "ref": ref.to_dict()})
        self._held, self._rows = {}, 0

    def forget_unfinished(self) -> None:
        """Restart queries whose next page has expired, and drop their kept pages."""
        self.queries.kept = [part for part in self.queries.kept if part["query"] not in self.queries.places]
        self._held = {key: pages for key, pages in self._held.items() if key not in self.queries.places}
        self.queries.places = {}
