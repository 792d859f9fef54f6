"""Count what a step sends to Salesforce or Daktela, and save it in the ledger while the step goes on."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Protocol, Self

from salesforce_daktela.errors import PipelineError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.sync.traffic import Sent, Traffic

log = logging.getLogger(__name__)

EVERY = 5.0
"""Seconds between two savings while records are written: pages show how far a run has come."""


class CountingClient(Protocol):
    """A client of either system."""

    @property
    def sent(self) -> Sent:
        """What it has sent up to now."""


@dataclass(slots=True, kw_only=True)
class Counting:
    """A ``with`` block whose requests by ``client`` are counted for one step of a mapping's run, however it ends."""

    ledger: Ledger
    client: CountingClient
    sync: str
    run_id: str
    mapping: str
    step: str
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _before: Sent = field(init=False)
    _began: datetime = field(init=False)
    _written: int = field(init=False, default=0)
    _saved: float = field(init=False)

    def __enter__(self) -> Self:
        self._begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._save()

    def written(self, records: int) -> None:
        """Count so many more records as written."""
        self._written += records
        if self.clock() - self._saved >= EVERY:
            self._save()
            self._begin()

    def _begin(self) -> None:
        self._before, self._began, self._written = self.client.sent, self.now(), 0
        self._saved = self.clock()

    def _save(self) -> None:
        sent = self.client.sent.since(self._before)
        if not sent.calls:
            return
        more = Traffic(sent=sent, began=self._began, ended=self.now(), written=self._written)
        try:
            self.ledger.traffic.add(self.sync, self.run_id, self.mapping, self.step, more)
        except PipelineError as exc:
            # What was written stays written: figures must not make its task fail.
            log.warning("%s: the requests of %s could not be counted: %s", self.mapping, self.step, exc)
