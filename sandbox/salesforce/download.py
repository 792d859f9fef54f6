"""Sends one CSV page of a Bulk job in chunks, complete or damaged according to the switches."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Iterator

from aiohttp import web

from sandbox.salesforce.jobs import DELIMITERS, LINE_ENDINGS, Job, page_locator
from sandbox.salesforce.middleware import limit_info, reset_connection
from sandbox.salesforce.org import Org
from sandbox.salesforce.replies import accepts_gzip
from sandbox.salesforce.results import CHUNK
from sandbox.salesforce.site import SITE
from sandbox.salesforce.soql.rendering import line_sql

GZIP_WINDOW = 31
"""zlib's number for gzip with the largest window."""


async def send_page(request: web.Request, job: Job, start: int, stop: int) -> web.StreamResponse:
    """Send rows ``start`` to ``stop`` with a header row, and the HTTP headers for row count and next locator."""
    org = request.app[SITE].org
    response = web.StreamResponse(headers=_headers(org, job, start, stop))
    response.content_type, response.charset = "text/csv", "UTF-8"
    packed = org.switches.gzip and accepts_gzip(request)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    reset = org.count_down("reset_download_next")
    cut = not reset and org.count_down("truncate_next")
    key = (start, stop, packed, org.switches.exponents)
    kept = None if reset or cut else job.pages.find(key)
    await response.prepare(request)
    if kept is not None:
        for piece in kept:
            await response.write(piece)
        await response.write_eof()
        return response
    rendered = _chunks(org, job, start, start + (stop - start) // 2 if reset or cut else stop, damaged=reset or cut)
    packer = zlib.compressobj(1, zlib.DEFLATED, GZIP_WINDOW) if packed else None
    sent = []
    while (chunk := await asyncio.to_thread(next, rendered, None)) is not None:
        sent.append(chunk if packer is None else packer.compress(chunk))
        await response.write(sent[-1])
    if reset:
        if packer is not None:
            await response.write(packer.flush(zlib.Z_SYNC_FLUSH))
        reset_connection(request)
        return response
    sent.append(b"" if packer is None else packer.flush())
    await response.write_eof(sent[-1])
    if not cut:
        job.pages.keep(key, b"".join(sent))
    return response


def _headers(org: Org, job: Job, start: int, stop: int) -> dict[str, str]:
    switches = org.switches
    headers = {"Sforce-Locator": page_locator(stop) if stop < len(job.rows) else "null"}
    if switches.bulk_count_header:
        headers["Sforce-NumberOfRecords"] = str(max(0, stop - start + switches.bulk_page_count))
    limits = limit_info(org) if switches.bulk_limit_info else None
    return headers if limits is None else {**headers, "Sforce-Limit-Info": limits}


def _chunks(org: Org, job: Job, start: int, stop: int, *, damaged: bool) -> Iterator[bytes]:
    """Yield the page in pieces; a damaged one ends within its last line."""
    delimiter, ending = DELIMITERS[job.delimiter], LINE_ENDINGS[job.line_ending]
    if start == stop and org.switches.bulk_empty_body:
        return
    yield (delimiter.join(f'"{each.heading}"' for each in job.rows.plan.columns) + ending).encode()
    expression = line_sql(job.rows.plan, delimiter, job.line_ending, exponents=org.switches.exponents)
    for first in range(start, stop, CHUNK):
        last = min(first + CHUNK, stop)
        body = "".join(job.rows.render(expression, first, last)).encode()
        yield body[: -min(len(body) - 1, 7)] if damaged and last == stop else body
