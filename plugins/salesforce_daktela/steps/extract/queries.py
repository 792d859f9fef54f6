"""Progress of an extraction's REST queries, saved in the checkpoint in place of a Bulk job's locator."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from salesforce_daktela.ledger.records.entries import ExtractCheckpoint
from salesforce_daktela.salesforce.query.rest import QueryProgress, QueryTimeoutError

EXPIRED = "INVALID_QUERY_LOCATOR"
"""Salesforce's error for a next page that has expired: after two days, or earlier under many other queries."""

Fetch = Callable[[QueryProgress], Iterator[pa.Table]]
"""Reads a query from a place on; the place advances with each page."""

Read = Callable[[str, Fetch], Iterator[pa.Table]]
"""Yields the pages of a query, some of which may be known already."""


@dataclass(slots=True, kw_only=True)
class Queries:
    """The state of each query, by the hash of its text: read to its end, too slow, or read up to a place.

    ``ended`` once the window has been read. ``kept`` are parts that hold pages of queries after the window's, each with
    its query. A window that is read again is halved at the same times, so its queries have the same texts.
    """

    ended: bool = False
    read: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    places: dict[str, QueryProgress] = field(default_factory=dict)
    kept: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, checkpoint: ExtractCheckpoint) -> Queries:
        """The queries of a checkpoint; empty when it has no locator, or that of a Bulk job."""
        if not (checkpoint.locator or "").startswith("{"):
            return cls()
        told = json.loads(checkpoint.locator or "")
        return cls(**{**told, "places": {key: QueryProgress(**place) for key, place in told["places"].items()}})

    @property
    def begun(self) -> bool:
        """Whether there is anything to resume."""
        return self != Queries()

    def text(self) -> str | None:
        """What to keep in the checkpoint, None where nothing has been read."""
        return json.dumps(dataclasses.asdict(self)) if self.begun else None

    def pages(self, soql: str, fetch: Fetch) -> Iterator[pa.Table]:
        """Yield the pages that no earlier run has read. Raises QueryTimeoutError for one that is too slow."""
        key = key_of(soql)
        if key in self.slow:
            raise QueryTimeoutError("an earlier run found it too slow", code="QUERY_TIMEOUT", status=400, where="query")
        if key in self.read:
            return
        place = self.places.get(key) or QueryProgress()
        try:
            for page in fetch(place):
                self.places[key] = place
                yield page
        except QueryTimeoutError:
            self.slow.append(key)
            raise
        self.places.pop(key, None)
        self.read.append(key)


def key_of(soql: str) -> str:
    """The key of a query."""
    return hashlib.sha256(soql.encode()).hexdigest()[:16]
