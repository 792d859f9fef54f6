"""getUpdated and getDeleted: the Ids that were changed or deleted between two times."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from sandbox.salesforce.replies import ApiError, json_reply, json_text
from sandbox.salesforce.rest import named_sobject
from sandbox.salesforce.site import SITE
from sandbox.salesforce.soql.dates import stored

UPDATED_DAYS, DELETED_DAYS = 30, 15
OPEN_TRANSACTION = timedelta(seconds=30)
"""How far `latestDateCovered` is before now, because of open transactions."""


async def updated(request: web.Request) -> web.Response:
    """Answer `/sobjects/X/updated?start=&end=`."""
    start, end = _span(request, UPDATED_DAYS)
    rows = await _rows(request, start, end, deleted=False)
    return _reply(request, {"ids": [row for row, _ in rows], "latestDateCovered": _covered(request, end)})


async def deleted(request: web.Request) -> web.Response:
    """Answer `/sobjects/X/deleted?start=&end=`."""
    start, end = _span(request, DELETED_DAYS)
    rows = await _rows(request, start, end, deleted=True)
    earliest = request.app[SITE].org.clock() - timedelta(days=DELETED_DAYS)
    return _reply(
        request,
        {
            "deletedRecords": [{"id": row, "deletedDate": stamp[:23] + "+0000"} for row, stamp in rows],
            "earliestDateAvailable": _shown(earliest.replace(second=0, microsecond=0)),
            "latestDateCovered": _covered(request, end),
        },
    )


def _span(request: web.Request, days: int) -> tuple[datetime, datetime]:
    try:
        start, end = (datetime.fromisoformat(request.query[name]) for name in ("start", "end"))
    except (KeyError, ValueError):
        raise ApiError(400, "INVALID_REPLICATION_DATE", "start and end must be datetimes") from None
    if start.tzinfo is None or end.tzinfo is None or end - start <= timedelta(minutes=1):
        raise ApiError(400, "INVALID_REPLICATION_DATE", "endDate must be at least one minute greater than startDate")
    if start < request.app[SITE].org.clock() - timedelta(days=days):
        raise ApiError(400, "INVALID_REPLICATION_DATE", f"startDate cannot be more than {days} days ago")
    return start, end


async def _rows(request: web.Request, start: datetime, end: datetime, *, deleted: bool) -> list[tuple[str, str]]:
    sobject, records = named_sobject(request), request.app[SITE].org.records
    if not sobject.replicateable:
        raise ApiError(400, "OPERATION_NOT_SUPPORTED", f"{sobject.name} is not replicateable")
    rows = await asyncio.to_thread(records.changed, sobject.name, stored(start), stored(end), deleted=deleted)
    hidden = request.app[SITE].org.catalogue.hidden_records
    return [row for row in rows if row[0] not in hidden]


def _covered(request: web.Request, end: datetime) -> str:
    return _shown(min(end, request.app[SITE].org.clock() - OPEN_TRANSACTION))


def _shown(moment: datetime) -> str:
    return stored(moment)[:23] + "+0000"


def _reply(request: web.Request, content: Any) -> web.Response:
    return json_reply(request, json_text(content), compress=request.app[SITE].org.switches.gzip)
