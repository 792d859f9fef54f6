"""The web application of the instance: it turns requests into replies and faults."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from datetime import timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

from aiohttp import web

from sandbox.daktela.access import answer_unknown_caller, caller, login, refusal_of, token_of, whoim
from sandbox.daktela.control import add_control
from sandbox.daktela.crm import Call, Crm
from sandbox.daktela.faults import Fault, drawn
from sandbox.daktela.instance import Instance
from sandbox.daktela.journal import Entry
from sandbox.daktela.query import nest, unnumbered
from sandbox.daktela.replies import Envelopes, Reply

ROOT = "/api/v6/"
HALF_WAY, BACK = 0.5, 1.0
"""Shares of the latency: a request takes effect half-way, as one that a network carries there and its reply back."""
_METHODS = frozenset({"GET", "POST", "PUT", "DELETE"})
_GATEWAY_PAGE = "<html>\r\n<head><title>{0}</title></head>\r\n<body><center><h1>{0}</h1></center></body>\r\n</html>\r\n"
_GATEWAY_TITLES = {502: "502 Bad Gateway", 503: "503 Service Temporarily Unavailable", 504: "504 Gateway Time-out"}


def create_app(instance: Instance) -> web.Application:
    """Return the application that serves ``instance``: the API under /api/v6/, its controls under /__sandbox__/."""
    app = web.Application(client_max_size=16 * 1024 * 1024)
    add_control(app, instance)
    app.router.add_route("*", "/{tail:.*}", _ApiHandler(instance).handle)
    return app


class _BadRequestError(ValueError):
    """A request whose path or body cannot be read; ``status`` says how it is refused."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class _ApiHandler:
    """Handles every request of the API: limits, faults, access and the reply."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    async def handle(self, request: web.Request) -> web.StreamResponse:
        journal, started = self._instance.journal, time.perf_counter()
        journal.in_flight += 1
        journal.peak = max(journal.peak, journal.in_flight)
        response: web.StreamResponse | None = None
        endpoint = "?"
        try:
            await self._until(started, HALF_WAY)
            body = await request.read()
            endpoint, reply = self._reply(request, body)
            response = None if reply is None else _response(reply)
            await self._until(started, BACK)
            if response is None:
                response = _cut(request)
            response.headers["Date"] = format_datetime(self._instance.clock(), usegmt=True)
            cut = reply is None
        finally:
            journal.in_flight -= 1
        milliseconds = round((time.perf_counter() - started) * 1000, 3)
        path, _, query = request.raw_path.partition("?")
        entry = Entry(
            method=request.method,
            path=path,
            query=_without_token(query),
            status=0 if cut else response.status,
            milliseconds=milliseconds,
        )
        journal.note(endpoint, entry)
        return response

    async def _until(self, started: float, share: float) -> None:
        """Wait until this share of the latency is over; what the instance has worked is part of it."""
        left = started + share * self._instance.switches.latency_seconds - time.perf_counter()
        if left > 0:
            await asyncio.sleep(left)

    def _reply(self, request: web.Request, body: bytes) -> tuple[str, Reply | None]:
        """Return the endpoint and the reply; None if the connection is to be cut."""
        instance = self._instance
        try:
            call = _call(request, body, suffix_required=instance.switches.suffix == "required")
        except _BadRequestError as bad:
            return "?", self._envelopes().failure(bad.status, str(bad)) if bad.status == 400 else Reply(
                status=bad.status
            )
        label = "/".join(
            part for part in (call.endpoint, "{name}" if call.name is not None else None, call.relation) if part
        )
        longest = instance.switches.longest_url
        if longest and len(request.raw_path) > longest:
            return label, Reply(status=414, html="<html><body><h1>414 Request-URI Too Large</h1></body></html>")
        if self._over_limit():
            return label, self._too_many()
        with instance.store.lock:
            return label, self._faulty(request, call)

    def _faulty(self, request: web.Request, call: Call) -> Reply | None:
        instance, writing = self._instance, call.method != "GET"
        ordered = instance.script.next(call.method, call.endpoint, call.name or str(call.body.get("name") or ""))
        fault = ordered or drawn(instance.switches, instance.random, writing=writing)
        if fault is Fault.RESET_BEFORE:
            return None
        instead = self._instead(fault, call)
        if instead is not None:
            return instead
        reply = self._answer(request, call)
        if fault is Fault.RESET_AFTER:
            return None
        if fault is Fault.SERVER_ERROR_AFTER:
            return self._gateway()
        if fault is Fault.WITHOUT_RESULT and reply.payload is not None and reply.status < 300:
            return self._without_result(reply)
        if fault is Fault.ROWS_LOST and reply.payload is not None and reply.status < 300:
            return _without_rows(reply)
        if fault is Fault.TRUNCATED and reply.payload is not None:
            text = json.dumps(reply.payload)
            return Reply(status=reply.status, html=text[: len(text) // 2], headers={"Content-Type": "application/json"})
        return reply

    def _instead(self, fault: Fault | None, call: Call) -> Reply | None:
        if fault is Fault.SERVER_ERROR:
            return self._gateway()
        if fault is Fault.INTERNAL_ERROR:
            return self._envelopes().failure(500, "Internal server error")
        if fault is Fault.NOT_FOUND and call.name is not None:
            return Reply(status=404)
        if fault is Fault.TOO_MANY:
            return self._too_many()
        if fault is Fault.EXPIRED:
            return Reply(status=401)
        if fault is Fault.BLOCKED:
            return Reply(status=403, html="<html><body><h1>Request blocked</h1></body></html>")
        if fault is Fault.REDIRECT:
            return Reply(status=302, headers={"Location": "/user/login"})
        if fault is Fault.SUCCESS_WITH_ERROR:
            return self._envelopes().failure(201 if call.method == "POST" else 200, "Unexpected error")
        return None

    def _answer(self, request: web.Request, call: Call) -> Reply:
        if call.method not in _METHODS:
            return Reply(status=405)
        if call.endpoint == "login":
            return login(self._instance, call)
        token = token_of(request.headers, request.cookies, call.query)
        user = caller(self._instance, token)
        if user is None:
            return answer_unknown_caller(self._instance, call, token)
        refused = refusal_of(self._instance, call)
        if refused is not None:
            return refused
        if call.endpoint == "whoim":
            return whoim(self._instance, user, token) if call.method == "GET" else Reply(status=405)
        return Crm(self._instance).answer(call)

    def _over_limit(self) -> bool:
        instance, switches = self._instance, self._instance.switches
        if switches.concurrent_requests and instance.journal.in_flight > switches.concurrent_requests:
            return True
        rate = switches.requests_per_second
        return bool(rate) and not instance.bucket.allows(rate, instance.monotonic)

    def _too_many(self) -> Reply:
        switches = self._instance.switches
        if switches.over_rate == 503:
            return Reply(status=503, html=_GATEWAY_PAGE.format(_GATEWAY_TITLES[503]))
        later = self._instance.clock() + timedelta(seconds=switches.retry_after_seconds)
        spelled = {"seconds": str(switches.retry_after_seconds), "date": format_datetime(later, usegmt=True)}
        value = spelled.get(switches.retry_after)
        return Reply(status=429, headers={} if value is None else {"Retry-After": value})

    def _gateway(self) -> Reply:
        status = self._instance.random.choice(sorted(_GATEWAY_TITLES))
        return Reply(status=status, html=_GATEWAY_PAGE.format(_GATEWAY_TITLES[status]))

    def _without_result(self, reply: Reply) -> Reply:
        payload = {key: value for key, value in (reply.payload or {}).items() if key != "result"}
        odd = self._instance.random.choice(({}, {"result": None}, {"result": True}))
        return Reply(status=reply.status, payload=payload | odd)

    def _envelopes(self) -> Envelopes:
        return Envelopes(switches=self._instance.switches, now=self._instance.now(), zone=self._instance.zone)


def _without_rows(reply: Reply) -> Reply:
    payload = reply.payload or {}
    result = payload.get("result")
    if not isinstance(result, Mapping) or "data" not in result:
        return reply
    return Reply(status=reply.status, payload={**payload, "result": {**result, "data": []}})


def _call(request: web.Request, body: bytes, *, suffix_required: bool) -> Call:
    path, _, query = request.raw_path.partition("?")
    if not path.startswith(ROOT):
        raise _BadRequestError(404, "not a path of the API")
    segments = path[len(ROOT) :].split("/")
    if suffix_required and not segments[-1].endswith(".json"):
        raise _BadRequestError(404, "the path lacks .json")
    segments[-1] = segments[-1].removesuffix(".json")
    endpoint, name, relation = [*(unquote(segment) for segment in segments), None, None][:3]
    if len(segments) > 3 or "" in segments or endpoint is None:
        raise _BadRequestError(404, "not a path of the API")
    nested = nest(parse_qsl(query, keep_blank_values=True))
    return Call(
        method=request.method,
        endpoint=endpoint,
        name=name,
        relation=relation,
        query=nested,
        body=_body(request.content_type, body) if request.method in {"POST", "PUT"} else {},
    )


def _body(content_type: str, body: bytes) -> Mapping[str, Any]:
    if not body:
        return {}
    try:
        if content_type == "application/x-www-form-urlencoded":
            nested: Mapping[str, Any] = unnumbered(nest(parse_qsl(body.decode(), keep_blank_values=True)))
            return nested
        decoded = json.loads(body)
    except ValueError as problem:
        raise _BadRequestError(400, "the body is not JSON in UTF-8") from problem
    if not isinstance(decoded, dict):
        raise _BadRequestError(400, "the body must be one JSON object")
    return decoded


def _response(reply: Reply) -> web.Response:
    if reply.html is not None:
        headers = {"Content-Type": "text/html; charset=UTF-8", **reply.headers}
        return web.Response(status=reply.status, body=reply.html.encode(), headers=headers)
    if reply.payload is None:
        return web.Response(status=reply.status, headers=dict(reply.headers))
    text = json.dumps(reply.payload).replace("/", "\\/")
    return web.Response(
        status=reply.status, body=text.encode(), content_type="application/json", headers=dict(reply.headers)
    )


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


def _without_token(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    return urlencode([(key, value) for key, value in pairs if key != "accessToken"], safe="[]:,.")
