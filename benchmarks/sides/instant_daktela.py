"""A Daktela that answers in microseconds: a million writes then measure our own work for each write."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from salesforce_daktela.daktela.client import LARGEST_PAGE, DaktelaClient, WriteReply
from salesforce_daktela.daktela.wire.filters import Filter


class InstantDaktela(DaktelaClient):
    """Confirms every write in this process and stores nothing. A real instance takes milliseconds for each record."""

    _counted: Counter[str]
    _counting: threading.Lock

    @property
    def calls(self) -> Counter[str]:
        """Requests that would have been sent, by verb."""
        if not hasattr(self, "_counted"):
            self._counted, self._counting = Counter(), threading.Lock()
        return self._counted

    def list_rows(
        self,
        endpoint: str,
        *,
        fields: Sequence[str] = (),
        where: Filter | None = None,
        take: int = LARGEST_PAGE,
    ) -> Iterator[dict[str, Any]]:
        """Return no rows."""
        self._count("GET")
        return iter(())

    def create(self, endpoint: str, payload: Mapping[str, Any]) -> WriteReply:
        """Confirm the write."""
        self._count("POST")
        return WriteReply(record=dict(payload), status=201)

    def update(self, endpoint: str, name: str, payload: Mapping[str, Any]) -> WriteReply:
        """Confirm the write."""
        self._count("PUT")
        return WriteReply(record={"name": name, **payload}, status=200)

    def _count(self, verb: str) -> None:
        calls = self.calls
        with self._counting:
            calls[verb] += 1
