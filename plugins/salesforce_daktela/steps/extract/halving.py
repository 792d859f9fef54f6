"""Read a window that takes Salesforce too long in two halves, and these again in halves."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta

import pyarrow as pa

from salesforce_daktela.salesforce.query.rest import QueryTimeoutError
from salesforce_daktela.salesforce.wire.errors import BulkRefusedError
from salesforce_daktela.sync.window import EARLIEST, Window

log = logging.getLogger(__name__)

SHORTEST = timedelta(minutes=1)
"""A window that still times out at this length is not halved further."""


def read_window(
    window: Window,
    read: Callable[[Window], Iterator[pa.Table]],
    by_bulk: Callable[[Window], Iterator[pa.Table]] | None = None,
) -> Iterator[pa.Table]:
    """Yield the pages that ``read`` returns for ``window``, halved as often as needed.

    ``by_bulk`` reads a window that takes too long as a whole: where the stamp has no index, no window is short enough.
    It is halved after all if that raises BulkRefusedError, before any page.

    A window without a beginning keeps none in its first halves: an import may have set stamps before 1999.

    Raises QueryTimeoutError when even the shortest window takes too long.
    """
    pages = read(window)
    try:
        first = next(pages, None)
    except QueryTimeoutError:
        since = EARLIEST if window.since is None else window.since
        if window.until - since <= SHORTEST:
            raise
        if by_bulk is not None:
            try:
                yield from by_bulk(window)
                return
            except BulkRefusedError as exc:
                log.warning("no Bulk job reads what REST takes too long for: %s", exc)
        middle = (since + (window.until - since) / 2).replace(microsecond=0)
        log.warning("the query ran too long; reading the window in halves, the first up to %s", middle.isoformat())
        yield from read_window(Window(since=window.since, until=middle), read)
        yield from read_window(Window(since=middle, until=window.until), read)
        return
    if first is not None:
        yield first
    yield from pages
