"""Log the progress of a task every few seconds."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from salesforce_daktela.sync.progress import Progress

log = logging.getLogger(__name__)

EVERY = 5.0
"""Seconds between two lines."""


@dataclass(slots=True, kw_only=True)
class ProgressLog:
    """``what`` begins each line. ``done`` rows were done before; ``total`` is None when unknown."""

    what: str
    total: int | None
    done: int = 0
    clock: Callable[[], float] = time.monotonic
    _told: float = field(init=False)
    _progress: Progress = field(init=False)

    def __post_init__(self) -> None:
        self._told = self.clock()
        self._progress = Progress(self.total, self._told)
        self._progress.resume(self.done, self._told)

    def advance(self, rows: int) -> None:
        """Count so many more rows as done."""
        self.done += rows
        now = self.clock()
        estimate = self._progress.reached(self.done, now)
        if now - self._told >= EVERY or self.done == self.total:
            self._told = now
            log.info("%s: %s", self.what, estimate)
