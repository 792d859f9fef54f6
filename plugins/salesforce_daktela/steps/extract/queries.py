"""How far an extraction's queries have been read, kept in the checkpoint in place of a Bulk job's locator."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from salesforce_daktela.ledger.records.entries import ExtractCheckpoint
from salesforce_daktela.salesforce.query.rest import Place, QueryTimeoutError

EXPIRED = "INVALID_QUERY_LOCATOR"
"""What Salesforce says two days after it has named a next page, or earlier when others ask for many."""

Fetch = Callable[[Place], Iterator[pa.Table]]
"""Reads a query from a place on, and moves the place on with each page."""

Read = Callable[[str, Fetch], Iterator[pa.Table]]
"""Yields the pages of a query, of which it may know some already."""


@dataclass(slots=True, kw_only=True)
class Queries:
    """What has become of each query, by its text's hash: read to its end, too slow, or read up to a place.

    ``ended`` once the window has been read. ``kept`` are parts that hold pages of queries after the window's, each with
    its query. A window that is asked for again is halved at the same times, so its queries have the same texts.
    """

    ended: bool = False
    read: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    kept: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, checkpoint: ExtractCheckpoint) -> Queries:
        """What a checkpoint says; nothing where it holds no locator or one of Bulk's."""
        if not (checkpoint.locator or "").startswith("{"):
            return cls()
        told = json.loads(checkpoint.locator or "")
        return cls(**{**told, "places": {key: Place(**place) for key, place in told["places"].items()}})

    @property
    def begun(self) -> bool:
        """Whether there is anything to go on from."""
        return self != Queries()

    def text(self) -> str | None:
        """What to keep in the checkpoint, None where nothing has been read."""
        return json.dumps(dataclasses.asdict(self)) if self.begun else None

    def pages(self, soql: str, fetch: Fetch) -> Iterator[pa.Table]:
        """Yield the pages of a query that no earlier run has had. Raises QueryTimeoutError for one that is too slow."""
        key = key_of(soql)
        if key in self.slow:
            raise QueryTimeoutError("an earlier run found it too slow", code="QUERY_TIMEOUT", status=400, where="query")
        if key in self.read:
            return
        place = self.places.get(key) or Place()
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
    """What a query is called."""
    return hashlib.sha256(soql.encode()).hexdigest()[:16]
