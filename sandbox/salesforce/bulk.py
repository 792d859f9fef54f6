"""The Bulk API 2.0 query resources: create, read, abort and delete jobs, and read their results."""

from __future__ import annotations

import asyncio
import json
import zlib
from dataclasses import replace
from typing import Any

from aiohttp import web

from sandbox.salesforce.cursors import uneven
from sandbox.salesforce.download import send_page
from sandbox.salesforce.jobs import DELIMITERS, LINE_ENDINGS, Job, page_locator, page_offset
from sandbox.salesforce.refusals import refuse_plan, refuse_shape
from sandbox.salesforce.replies import ApiError
from sandbox.salesforce.results import ResultSet, plan_soql
from sandbox.salesforce.site import SITE, Site
from sandbox.salesforce.soql.parser import parse
from sandbox.salesforce.versions import BULK_QUERY, PARALLEL_RESULTS, SELECT_ORDER, has, require_version

PARALLEL_PAGES = 5


async def create(request: web.Request) -> web.Response:
    """Answer `POST /jobs/query`; operation and query are required, the rest has defaults."""
    site, body, version = request.app[SITE], await _body(request), request.match_info["version"]
    require_version(version, BULK_QUERY)
    operation, soql = body.get("operation"), body.get("query")
    delimiter, ending = body.get("columnDelimiter", "COMMA"), body.get("lineEnding", "LF")
    if operation not in ("query", "queryAll"):
        raise ApiError(400, "API_ERROR", f"Invalid operation: {operation}. Only query and queryAll are supported")
    if not isinstance(soql, str):
        raise ApiError(400, "API_ERROR", "No query specified")
    if delimiter not in DELIMITERS or ending not in LINE_ENDINGS or body.get("contentType", "CSV") != "CSV":
        raise ApiError(400, "API_ERROR", "Unsupported contentType, columnDelimiter or lineEnding")
    rows = await asyncio.to_thread(_find, site, soql, version, operation == "queryAll")
    job = site.jobs.add(operation, rows, version, delimiter, ending)
    return web.json_response(site.jobs.info(job, full=False))


async def listing(request: web.Request) -> web.Response:
    """Answer `GET /jobs/query`."""
    jobs = request.app[SITE].jobs
    return web.json_response(
        {"done": True, "records": [jobs.info(each) for each in jobs.all()], "nextRecordsUrl": None}
    )


async def status(request: web.Request) -> web.Response:
    """Answer `GET /jobs/query/<id>`; each read moves the job towards its end."""
    jobs = request.app[SITE].jobs
    job = jobs.get(request.match_info["job"])
    jobs.poll(job)
    return web.json_response(jobs.info(job))


async def abort(request: web.Request) -> web.Response:
    """Answer `PATCH /jobs/query/<id>` with state Aborted."""
    jobs, body = request.app[SITE].jobs, await _body(request)
    if body.get("state") != "Aborted":
        raise ApiError(400, "API_ERROR", "A query job can only be set to the state Aborted")
    job = jobs.get(request.match_info["job"])
    jobs.abort(job)
    return web.json_response(jobs.info(job, full=False))


async def delete(request: web.Request) -> web.Response:
    """Answer `DELETE /jobs/query/<id>`."""
    jobs = request.app[SITE].jobs
    jobs.delete(jobs.get(request.match_info["job"]))
    return web.Response(status=204)


async def results(request: web.Request) -> web.StreamResponse:
    """Answer `GET /jobs/query/<id>/results` with one CSV page."""
    site = request.app[SITE]
    job = _same_version(request, site.jobs.get(request.match_info["job"]))
    if site.org.count_down("bulk_expire_next"):
        site.jobs.expire(job)
        raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
    if job.state != "JobComplete":
        return _unfinished(site.org.switches.unfinished_results, job)
    start = _offset(request)
    if start > len(job.rows) or (start == len(job.rows) and start > 0):
        raise ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
    wanted = _page_rows(request)
    size = uneven(wanted, zlib.crc32(str(start).encode())) if site.org.switches.bulk_uneven_pages else wanted
    return await send_page(request, job, start, min(start + size, len(job.rows)))


async def result_pages(request: web.Request) -> web.Response:
    """Answer `GET /jobs/query/<id>/resultPages`: addresses of up to five pages that may be read at the same time."""
    site = request.app[SITE]
    require_version(request.match_info["version"], PARALLEL_RESULTS)
    job = _same_version(request, site.jobs.get(request.match_info["job"]))
    if job.state != "JobComplete":
        raise ApiError(400, "API_ERROR", f"Job {job.id} is not complete: its state is {job.state}")
    size, total = _page_rows(request), len(job.rows)
    first = _offset(request)
    offsets = list(range(first, max(total, first + 1), size))
    base = f"/services/data/v{job.version}/jobs/query/{job.id}"
    pages = [
        {"resultUrl": f"{base}/results?maxRecords={size}&locator={page_locator(each)}"}
        for each in offsets[:PARALLEL_PAGES]
    ]
    reply: dict[str, Any] = {"resultPages": pages, "done": len(offsets) <= PARALLEL_PAGES}
    if len(offsets) > PARALLEL_PAGES:
        reply["nextRecordsUrl"] = (
            f"{base}/resultPages?maxRecords={size}&locator={page_locator(offsets[PARALLEL_PAGES])}"
        )
    return web.json_response(reply)


def _find(site: Site, soql: str, version: str, with_deleted: bool) -> ResultSet:
    refuse_shape(parse(soql))
    plan = plan_soql(soql, site.org.catalogue, today=site.org.today, with_deleted=with_deleted)
    refuse_plan(plan, site.org.switches)
    if not has(version, SELECT_ORDER):
        plan = replace(plan, columns=tuple(sorted(plan.columns, key=lambda column: column.heading.lower())))
    return ResultSet(site.org.path, plan)


def _unfinished(status: int, job: Job) -> web.Response:
    if status == 204:
        return web.Response(status=204)
    code = "JOB_NOT_COMPLETE" if status == 412 else "API_ERROR"
    raise ApiError(status, code, f"Job {job.id} is not complete: its state is {job.state}")


def _same_version(request: web.Request, job: Job) -> Job:
    version = request.match_info["version"]
    if version != job.version:
        raise ApiError(409, "API_ERROR", f"The job was created with API version {job.version}, not {version}")
    return job


def _offset(request: web.Request) -> int:
    locator = request.query.get("locator")
    return 0 if not locator else page_offset(locator)


def _page_rows(request: web.Request) -> int:
    wanted = request.query.get("maxRecords")
    if wanted is None:
        return max(1, request.app[SITE].org.switches.bulk_page_rows)
    if not wanted.isdecimal() or int(wanted) == 0:
        raise ApiError(400, "API_ERROR", "maxRecords must be a number greater than zero")
    return int(wanted)


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.text())
    except json.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        raise ApiError(400, "JSON_PARSER_ERROR", "The request body is not a JSON object")
    return body
