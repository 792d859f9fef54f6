"""The REST resources: versions, limits, describes, single records, queries with their pages."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from sandbox.salesforce.column_metadata import column_metadata
from sandbox.salesforce.cursors import batch_size
from sandbox.salesforce.describe import describe_brief, describe_global, describe_sobject
from sandbox.salesforce.fields import SObject
from sandbox.salesforce.ids import eighteen
from sandbox.salesforce.replies import ApiError, json_reply, json_text
from sandbox.salesforce.results import ResultSet, aggregate_record, count_rows, plan_soql
from sandbox.salesforce.site import SITE, Site
from sandbox.salesforce.soql.plan import Plan
from sandbox.salesforce.soql.rendering import record_sql
from sandbox.salesforce.soql.tree import Function
from sandbox.salesforce.timeouts import window_days
from sandbox.salesforce.versions import FIELDS_FUNCTION, has, version_list

RESOURCES = ("limits", "sobjects", "query", "queryAll", "jobs", "composite")


async def versions(request: web.Request) -> web.Response:
    """Answer `/services/data/`, which needs no session."""
    return web.json_response(version_list(request.app[SITE].org.switches.latest_version))


async def resources(request: web.Request) -> web.Response:
    """Answer `/services/data/vXX.0`."""
    base = f"/services/data/v{request.match_info['version']}"
    return _reply(request, {name: f"{base}/{name}" for name in RESOURCES})


async def limits(request: web.Request) -> web.Response:
    """Answer `/limits`."""
    site = request.app[SITE]
    switches = site.org.switches
    if switches.limits_forbidden:
        raise ApiError(403, "INSUFFICIENT_ACCESS", "insufficient access rights on this resource")
    jobs = site.jobs.created_count
    return _reply(
        request,
        {
            "DailyApiRequests": {"Max": switches.daily_calls, "Remaining": switches.quota_remaining},
            "DailyBulkApiBatches": {"Max": 15_000, "Remaining": 15_000},
            "DailyBulkV2QueryFileStorageMB": {"Max": 976_562, "Remaining": 976_562},
            "DailyBulkV2QueryJobs": {"Max": 10_000, "Remaining": max(0, 10_000 - jobs)},
            "DataStorageMB": {"Max": 1_024, "Remaining": 900},
        },
    )


async def record_count(request: web.Request) -> web.Response:
    """Answer `/limits/recordCount`, for the objects of `?sObjects=` or for all."""
    site = request.app[SITE]
    if site.org.switches.limits_forbidden:
        raise ApiError(403, "INSUFFICIENT_ACCESS", "insufficient access rights on this resource")
    named = {name.lower() for name in request.query.get("sObjects", "").split(",") if name}
    wanted = [
        each for each in site.org.catalogue.sobjects if each.queryable and (not named or each.name.lower() in named)
    ]
    counts = await asyncio.to_thread(lambda: [_count(site, each) for each in wanted])
    rows = [
        {"count": number, "name": each.name} for each, number in zip(wanted, counts, strict=True) if number is not None
    ]
    return _reply(request, {"sObjects": rows})


async def sobjects(request: web.Request) -> web.Response:
    """Answer `/sobjects`."""
    return _reply(request, describe_global(request.app[SITE].org.described, request.match_info["version"]))


async def basic_info(request: web.Request) -> web.Response:
    """Answer `/sobjects/X`."""
    brief = describe_brief(named_sobject(request), request.match_info["version"])
    return _reply(request, {"objectDescribe": brief, "recentItems": []})


async def describe(request: web.Request) -> web.Response:
    """Answer `/sobjects/X/describe`."""
    catalogue = request.app[SITE].org.described
    return _reply(request, describe_sobject(catalogue, named_sobject(request), request.match_info["version"]))


async def record(request: web.Request) -> web.Response:
    """Answer `/sobjects/X/<Id>`, optionally with `?fields=`."""
    site, sobject = request.app[SITE], named_sobject(request)
    wanted = eighteen(request.match_info["id"])
    names = request.query.get("fields") or ",".join(each.name for each in site.org.catalogue.fields(sobject))
    if wanted is None or not sobject.queryable:
        raise ApiError(404, "NOT_FOUND", "Provided external ID field does not exist or is not accessible")
    soql = f"SELECT {names} FROM {sobject.name} WHERE Id = '{wanted}'"  # noqa: S608  SOQL of checked names
    text = await asyncio.to_thread(_single, site, soql, request.match_info["version"])
    if text is None:
        raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
    return json_reply(request, text, compress=site.org.switches.gzip)


async def query(request: web.Request) -> web.Response:
    """Answer `/query?q=` and `/queryAll?q=` with the first page."""
    site, version = request.app[SITE], request.match_info["version"]
    if "q" not in request.query:
        raise ApiError(400, "MALFORMED_QUERY", "The query parameter q is missing")
    if request.query.get("columns", "").lower() == "true":
        return _reply(request, column_metadata(_planned(site, request.query["q"], version, with_deleted=False)))
    batch = batch_size(request.headers.get("Sforce-Query-Options", ""))
    with_deleted = request.match_info["kind"] == "queryAll"
    text = await asyncio.to_thread(
        first_page, site, request.query["q"], version, batch=batch, with_deleted=with_deleted
    )
    return json_reply(request, text, compress=site.org.switches.gzip)


async def page(request: web.Request) -> web.Response:
    """Answer `/query/<locator>`, whatever parameters come along."""
    site = request.app[SITE]
    text = await asyncio.to_thread(site.cursors.page, request.match_info["locator"])
    return json_reply(request, text, compress=site.org.switches.gzip)


def named_sobject(request: web.Request) -> SObject:
    """Return the sObject of the path. Raises ApiError 404."""
    found = request.app[SITE].org.catalogue.sobject(request.match_info["sobject"])
    if found is None:
        raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
    return found


def first_page(site: Site, soql: str, version: str, *, batch: int, with_deleted: bool) -> str:
    """Return the first page of a query as JSON. Raises ApiError and SoqlError."""
    org = site.org
    plan = _planned(site, soql, version, with_deleted=with_deleted)
    _check_time(site, plan)
    if plan.count_only:
        return json_text({"totalSize": count_rows(org.path, plan), "done": True, "records": []})
    if plan.aggregates:
        return f'{{"totalSize":1,"done":true,"records":[{aggregate_record(org.path, plan)}]}}'
    return site.cursors.first_page(ResultSet(org.path, plan), version, batch)


def _planned(site: Site, soql: str, version: str, *, with_deleted: bool) -> Plan:
    plan = plan_soql(soql, site.org.catalogue, today=site.org.today, with_deleted=with_deleted)
    functions = [each for each in plan.query.selected if isinstance(each, Function)]
    if any(each.name == "FIELDS" for each in functions) and not has(version, FIELDS_FUNCTION):
        raise ApiError(400, "MALFORMED_QUERY", "unexpected token: 'FIELDS'")
    return plan


def _count(site: Site, sobject: SObject) -> int | None:
    """None for an object that is not read without a filter."""
    try:
        soql = f"SELECT COUNT() FROM {sobject.name}"  # noqa: S608  SOQL of a name of the catalogue
        return count_rows(site.org.path, plan_soql(soql, site.org.catalogue, today=site.org.today, with_deleted=False))
    except ApiError:
        return None


def _single(site: Site, soql: str, version: str) -> str | None:
    plan = plan_soql(soql, site.org.catalogue, today=site.org.today, with_deleted=False)
    rows = ResultSet(site.org.path, plan)
    try:
        return next(rows.render(record_sql(plan, version, exponents=site.org.switches.exponents), 0, 1), None)
    finally:
        rows.close()


def _check_time(site: Site, plan: Plan) -> None:
    longest, indexed = site.org.switches.query_timeout_days, site.org.switches.lookups_indexed
    if longest is None:
        return
    if window_days(plan.query, plan.sobject, site.org.clock(), lookups_indexed=indexed) > longest:
        raise ApiError(400, "QUERY_TIMEOUT", "Your query request was running for too long.")


def _reply(request: web.Request, content: Any) -> web.Response:
    return json_reply(request, json_text(content), compress=request.app[SITE].org.switches.gzip)
