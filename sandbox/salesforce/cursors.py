"""Query locators: the remaining pages of REST queries, from the snapshot of each query."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.salesforce.ids import record_id
from sandbox.salesforce.org import Org
from sandbox.salesforce.replies import ApiError
from sandbox.salesforce.results import ResultSet
from sandbox.salesforce.soql.rendering import record_sql

LIFETIME = timedelta(days=2)
OPEN_CURSORS = 200
"""Unfinished queries at most; then the oldest is closed, so that abandoned ones do not keep files open."""
MIN_BATCH, MAX_BATCH = 200, 2_000
UNEVEN = (1.0, 0.5, 0.125, 0.35)


@dataclass(slots=True, kw_only=True)
class Cursor:
    """One running query. ``served`` holds the offsets of pages that were sent."""

    locator: str
    rows: ResultSet
    expression: str
    version: str
    batch: int
    created: datetime
    served: set[int] = field(default_factory=set)


class Cursors:
    """The running queries of an org, by locator."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self._open: OrderedDict[str, Cursor] = OrderedDict()
        self._lock = threading.Lock()
        self._serial = 0

    def first_page(self, rows: ResultSet, version: str, batch: int) -> str:
        """Return the JSON of a query's first page; ``page`` gives the others."""
        with self._lock:
            self._serial += 1
            cursor = Cursor(
                locator=record_id("0r8", self._serial),
                rows=rows,
                expression=record_sql(rows.plan, version, exponents=self._org.switches.exponents),
                version=version,
                batch=batch,
                created=self._org.clock(),
            )
            self._open[cursor.locator] = cursor
            if len(self._open) > OPEN_CURSORS:
                self._open.popitem(last=False)[1].rows.close()
        return self._page(cursor, 0)

    def page(self, locator: str) -> str:
        """Return the JSON of the page that ``locator`` (`0r8...-2000`) names. Raises ApiError INVALID_QUERY_LOCATOR."""
        name, _, offset = locator.partition("-")
        cursor = self._open.get(name)
        if cursor is None or not offset.isdecimal() or int(offset) >= len(cursor.rows):
            raise _invalid()
        if self._org.clock() - cursor.created > LIFETIME:
            self._close(cursor)
            raise _invalid()
        if self._org.count_down("expire_locator_next"):
            self._close(cursor)
            raise _invalid()
        if int(offset) in cursor.served and self._org.switches.locator_reuse == "refused":
            raise _invalid()
        return self._page(cursor, int(offset))

    def close(self) -> None:
        """Close all snapshots."""
        for cursor in list(self._open.values()):
            self._close(cursor)

    def _page(self, cursor: Cursor, start: int) -> str:
        total = len(cursor.rows)
        stop = min(total, start + self._size(cursor))
        records = ",".join(cursor.rows.render(cursor.expression, start, stop))
        cursor.served.add(start)
        done = stop >= total
        following = f'"nextRecordsUrl":"/services/data/v{cursor.version}/query/{cursor.locator}-{stop}",'
        if done and (start == 0 or self._org.switches.locator_reuse == "refused"):
            self._close(cursor)
        shown = max(0, total + self._org.switches.wrong_total)
        head = f'{{"totalSize":{shown},"done":{"true" if done else "false"},{"" if done else following}"records":['
        return head + records.replace("\\u0000", "") + "]}"

    def _size(self, cursor: Cursor) -> int:
        size = min(cursor.batch, self._org.switches.page_rows)
        if self._org.switches.uneven_pages:
            return uneven(size, len(cursor.served))
        return max(1, size)

    def _close(self, cursor: Cursor) -> None:
        with self._lock:
            if self._open.pop(cursor.locator, None) is not None:
                cursor.rows.close()


def uneven(size: int, number: int) -> int:
    """Return how many rows of at most ``size`` a page has; it differs with ``number``."""
    return max(1, int(size * UNEVEN[number % len(UNEVEN)]))


def batch_size(header: str) -> int:
    """Return the page size that the `Sforce-Query-Options` header asks for, within Salesforce's bounds."""
    for option in header.split(","):
        name, _, value = option.partition("=")
        if name.strip().lower() == "batchsize" and value.strip().isdecimal():
            return min(MAX_BATCH, max(MIN_BATCH, int(value)))
    return MAX_BATCH


def _invalid() -> ApiError:
    return ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
