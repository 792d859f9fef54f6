"""Which span of change stamps a run reads, and in what portions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.sync.request import Mode, RunRequest
from salesforce_daktela.sync.window import Window

Part = TypeVar("Part")

MOST_PARTS = 64
"""A mapped task costs about a second of Airflow's own time: tens of parts as long as they are small."""

LARGEST_PART = 50_000
"""Rows. Bounds the memory of a load task whatever the size of the org."""

MOST_TASKS = 256
"""Mapped tasks over the parts of one extraction: well below 1,024, which is all that Airflow allows unless told."""


def plan_window(
    request: RunRequest, *, watermark: datetime | None, now: datetime, overlap: timedelta, lag: timedelta
) -> Window | None:
    """Return the window to read, or None when the request names its records.

    ``now`` is Salesforce's clock, aware. An incremental window starts ``overlap`` before the watermark, because a
    transaction may commit minutes after it stamped its rows; it ends ``lag`` before now for the same reason.
    Raises ConfigurationError for a window that lies wholly in the future.
    """
    end = (now - lag).replace(microsecond=0)
    if request.names_records:
        return None
    if request.mode is Mode.WINDOW:
        return _asked_window(request, end)
    whole = request.mode is Mode.FULL or request.compares
    since = None if whole or watermark is None else watermark - overlap
    if since is not None and since > end:
        return Window(since=end, until=end)
    return Window(since=since, until=end)


def rows_per_part(count: int, part_rows: int) -> int:
    """Return how many rows one part may hold so that ``count`` rows make tens of parts, not thousands."""
    return max(part_rows, min(LARGEST_PART, -(-count // MOST_PARTS)))


def next_part_rows(read: int, rows: int) -> int:
    """Return how many rows the next part may hold when ``read`` are in parts already; the first one holds ``rows``.

    A count may be wrong, or there may be none: parts grow with what is read, by whole multiples of ``rows``, so that
    pages of that size still end where parts do.
    """
    return max(1, min(LARGEST_PART, read // MOST_PARTS) // rows) * rows


def in_batches(parts: Sequence[Part], tasks: int = MOST_TASKS) -> list[list[Part]]:
    """Return ``parts`` in order in at most ``tasks`` batches; each batch is one mapped task's."""
    size = max(1, -(-len(parts) // tasks))
    return [list(parts[start : start + size]) for start in range(0, len(parts), size)]


def _asked_window(request: RunRequest, end: datetime) -> Window:
    if request.since is None or request.until is None:
        raise ConfigurationError("a window needs both its ends", where="run parameters since and until")
    if request.since >= end:
        raise ConfigurationError(
            "the window lies in the future",
            where="run parameter since",
            advice=f"Salesforce's clock allows windows that start before {end.isoformat()}",
        )
    return Window(since=request.since, until=min(request.until, end))
