"""Middleware for every request: journal, faults, API version, session and quota."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from email.utils import format_datetime
from urllib.parse import urlsplit

from aiohttp import web

from sandbox.salesforce.org import Org
from sandbox.salesforce.replies import ApiError, error_reply
from sandbox.salesforce.site import SITE, Site
from sandbox.salesforce.soql.errors import SoqlError
from sandbox.salesforce.switches import Switches
from sandbox.salesforce.versions import check_version

CONTROL = "/__sandbox__"
MAX_HEAD_BYTES = 16_384
_VERSIONED = re.compile(r"^//?services/data/v([^/]+)")
_FAIL_CODES = {401: "INVALID_SESSION_ID", 403: "REQUEST_LIMIT_EXCEEDED", 404: "NOT_FOUND", 503: "SERVER_UNAVAILABLE"}
_HTML = "<!DOCTYPE html><html><head><title>{0}</title></head><body><h1>We are down for maintenance.</h1></body></html>"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def journal(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Record every request, except those to the control endpoints."""
    if request.path.startswith(CONTROL):
        return await handler(request)
    site = request.app[SITE]
    entry: dict[str, str | int | None] = {
        "at": site.org.clock().isoformat(),
        "method": request.method,
        "path": request.path_qs,
        "status": None,
    }
    site.journal.append(entry)
    response = await handler(request)
    entry["status"] = response.status
    if site.org.switches.clock_skew_seconds and not response.prepared:
        response.headers["Date"] = format_datetime(site.org.clock(), usegmt=True)
    return response


@web.middleware
async def faults(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Make requests fail according to the switches."""
    site = request.app[SITE]
    org, switches = site.org, site.org.switches
    if request.path.startswith(CONTROL):
        return await handler(request)
    if switches.slow_seconds:
        await asyncio.sleep(switches.slow_seconds)
    if switches.fail_path in request.path and org.count_down("reset_next"):
        return reset_connection(request)
    if switches.fail_path in request.path and (org.count_down("fail_next") or _turn_of(site, switches.fail_every)):
        return _failure(switches)
    head = len(request.raw_path) + sum(len(name) + len(value) + 4 for name, value in request.raw_headers)
    if head > MAX_HEAD_BYTES:
        status = switches.long_head_status or (414 if len(request.raw_path) > MAX_HEAD_BYTES // 2 else 431)
        return _page(status)
    return await handler(request)


@web.middleware
async def admission(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Allow only signed-in calls within the quota on versioned paths, and format refusals."""
    versioned = _VERSIONED.match(request.path)
    if versioned is None:
        return await _in_shape(request, handler)
    site = request.app[SITE]
    org, bulk = site.org, "/jobs/" in request.path
    away = moved_away(site, request)
    if away is not None:
        return away
    try:
        check_version(versioned.group(1), org.switches.latest_version)
        if org.switches.unauthorized and org.switches.unauthorized_body != "list":
            return _unauthorized(org.switches)
        _check_session(site, request)
        _take_call(org, bulk=bulk)
    except ApiError as refused:
        return _with_limits(org, error_reply(refused), bulk=bulk)
    await asyncio.to_thread(site.activity.count_call)
    response = await _in_shape(request, handler)
    if response.status >= 400 and not org.switches.failed_calls_counted:
        org.count_up("quota_remaining")
    return _with_limits(org, response, bulk=bulk)


def moved_away(site: Site, request: web.Request) -> web.Response | None:
    """Return the reply of the former address after the org has moved, None at the present address."""
    answer, here = site.org.switches.moved, urlsplit(site.data_url)
    if not answer or request.host == here.netloc:
        return None
    if answer == "redirect":
        return web.Response(status=301, headers={"Location": f"{site.data_url}{request.path_qs}"})
    if answer == "html":
        return _page(404)
    return error_reply(ApiError(401, "INVALID_SESSION_ID", site.org.switches.unauthorized_text))


def reset_connection(request: web.Request) -> web.Response:
    """Reset the client's connection."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


def limit_info(org: Org) -> str | None:
    """Return the `Sforce-Limit-Info` header, None when it is switched off."""
    switches = org.switches
    used = max(0, switches.daily_calls - switches.quota_remaining)
    plain = f"api-usage={used}/{switches.daily_calls}"
    per_app = f"{plain}; per-app-api-usage={used}/250(appName=Daktela)"
    return {"plain": plain, "per_app": per_app, "absent": None}[switches.limit_info]


async def _in_shape(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ApiError as refused:
        return error_reply(refused)
    except SoqlError as refused:
        return error_reply(ApiError(400, refused.code, refused.message))
    except web.HTTPForbidden as refused:
        return web.Response(status=403, text=refused.text)
    except web.HTTPNotFound:
        return error_reply(ApiError(404, "NOT_FOUND", "The requested resource does not exist"))
    except web.HTTPMethodNotAllowed as refused:
        message = f"HTTP Method '{request.method}' not allowed. Allowed are {','.join(sorted(refused.allowed_methods))}"
        return error_reply(ApiError(405, "METHOD_NOT_ALLOWED", message))


def _check_session(site: Site, request: web.Request) -> None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() not in ("bearer", "oauth") or not token:
        raise ApiError(401, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE")
    if site.org.switches.unauthorized or not site.sessions.use(token.strip()):
        raise ApiError(401, "INVALID_SESSION_ID", site.org.switches.unauthorized_text)


def _take_call(org: Org, *, bulk: bool) -> None:
    if org.count_down("concurrent_next"):
        message = "ConcurrentRequests (Concurrent API Requests) Limit exceeded."
        raise ApiError(403, "REQUEST_LIMIT_EXCEEDED", message)
    if (org.switches.bulk_calls_counted or not bulk) and not org.count_down("quota_remaining"):
        raise ApiError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")


def _with_limits(org: Org, response: web.StreamResponse, *, bulk: bool) -> web.StreamResponse:
    header = limit_info(org) if org.switches.bulk_limit_info or not bulk else None
    if header is not None and not response.prepared:
        response.headers["Sforce-Limit-Info"] = header
    return response


def _turn_of(site: Site, every: int) -> bool:
    return every > 0 and next(site.passed) % every == 0


def _failure(switches: Switches) -> web.Response:
    status = switches.fail_status
    if switches.fail_body == "json":
        code = switches.fail_code or _FAIL_CODES.get(status, "UNKNOWN_EXCEPTION")
        reply = error_reply(ApiError(status, code, "An error was switched on"))
    else:
        reply = _page(status) if switches.fail_body == "html" else web.Response(status=status, content_type="text/html")
    if switches.fail_retry_after:
        reply.headers["Retry-After"] = switches.fail_retry_after
    return reply


def _unauthorized(switches: Switches) -> web.Response:
    if switches.unauthorized_body == "html":
        return _page(401)
    body = {"message": switches.unauthorized_text, "errorCode": "INVALID_SESSION_ID"}
    return web.json_response(body, status=401)


def _page(status: int) -> web.Response:
    return web.Response(status=status, text=_HTML.format(status), content_type="text/html")
