"""The control endpoints of the instance under /__sandbox__/: switches, faults, changes of records, journal."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from sandbox.daktela.dialler import advance, work
from sandbox.daktela.instance import Instance
from sandbox.daktela.models import MODELS
from sandbox.daktela.page import overview
from sandbox.daktela.switches import SwitchError

ROOT = "/__sandbox__/"
_Handler = Callable[[web.Request], Awaitable[web.Response]]


def add_control(app: web.Application, instance: Instance) -> None:
    """Add the control routes to the instance's application."""
    control = _Control(instance)
    routes: tuple[tuple[str, str, _Handler], ...] = (
        ("GET", "", control.page),
        ("GET", "switches", control.switches),
        ("PATCH", "switches", control.turn),
        ("GET", "switches/help", control.explain),
        ("POST", "reset", control.reset),
        ("POST", "faults", control.order),
        ("DELETE", "faults", control.cancel),
        ("GET", "requests", control.requests),
        ("DELETE", "requests", control.forget),
        ("GET", "counters", control.counters),
        ("PATCH", "records/{model}/{name}", control.edit),
        ("DELETE", "records/{model}/{name}", control.delete),
        ("POST", "records/{model}/{name}/erase", control.erase),
        ("POST", "records/{model}/{name}/merge", control.merge),
        ("POST", "records/campaignsRecords/{name}/dial", control.dial),
        ("POST", "dialler", control.work),
    )
    for method, path, handler in routes:
        app.router.add_route(method, ROOT + path, _explained(handler))


def _explained(handler: _Handler) -> _Handler:
    """Turn errors of the caller into a 400 or 404 with an explanation."""

    async def handle(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except KeyError as missing:
            return web.json_response({"error": missing.args[0]}, status=404)
        except (SwitchError, ValueError, TypeError) as mistake:
            return web.json_response({"error": str(mistake)}, status=400)

    return handle


class _Control:
    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    async def page(self, request: web.Request) -> web.Response:
        return web.Response(text=overview(self._instance, request.query), content_type="text/html")

    async def switches(self, _: web.Request) -> web.Response:
        return web.json_response(dataclasses.asdict(self._instance.switches))

    async def turn(self, request: web.Request) -> web.Response:
        self._instance.switch(**await _object(request))
        return web.json_response(dataclasses.asdict(self._instance.switches))

    async def explain(self, _: web.Request) -> web.Response:
        return web.json_response(self._instance.switches.described())

    async def reset(self, request: web.Request) -> web.Response:
        self._instance.reset(empty=(await _object(request)).get("empty"))
        return web.json_response({"reset": True})

    async def order(self, request: web.Request) -> web.Response:
        order = await _object(request)
        self._instance.script.order(order.pop("fault", ""), **order)
        return web.json_response({"ordered": True})

    async def cancel(self, _: web.Request) -> web.Response:
        self._instance.script.clear()
        return web.json_response({"cancelled": True})

    async def requests(self, request: web.Request) -> web.Response:
        last = int(request.query.get("last", "100"))
        entries = list(self._instance.journal.entries)[-last:]
        return web.json_response([dataclasses.asdict(entry) for entry in entries])

    async def forget(self, _: web.Request) -> web.Response:
        self._instance.journal.clear()
        return web.json_response({"forgotten": True})

    async def counters(self, _: web.Request) -> web.Response:
        journal = self._instance.journal
        statuses = {str(status): count for status, count in sorted(journal.statuses.items())}
        return web.json_response(
            {"calls": dict(sorted(journal.calls.items())), "statuses": statuses, "peak_in_flight": journal.peak}
        )

    async def edit(self, request: web.Request) -> web.Response:
        body = dict(await _object(request))
        custom = body.pop("customFields", None)
        record = self._instance.edit(*_address(request), body, custom)
        return web.json_response({"name": record.name, **record.values, "customFields": record.custom})

    async def delete(self, request: web.Request) -> web.Response:
        self._instance.delete(*_address(request))
        return web.json_response({"deleted": True})

    async def erase(self, request: web.Request) -> web.Response:
        self._instance.erase(*_address(request))
        return web.json_response({"erased": True})

    async def merge(self, request: web.Request) -> web.Response:
        model, loser = _address(request)
        survivor = str((await _object(request)).get("into", ""))
        self._instance.merge(model, survivor, loser)
        return web.json_response({"survivor": survivor})

    async def dial(self, request: web.Request) -> web.Response:
        to = (await _object(request)).get("action")
        record = advance(self._instance, request.match_info["name"], None if to is None else str(to))
        return web.json_response({"name": record.name, **record.values})

    async def work(self, request: web.Request) -> web.Response:
        return web.json_response({"steps": work(self._instance, int((await _object(request)).get("steps", 1)))})


def _address(request: web.Request) -> tuple[str, str]:
    model = request.match_info["model"]
    if model not in MODELS:
        raise KeyError(f"no model is called {model}: known models: {', '.join(MODELS)}")
    return model, request.match_info["name"]


async def _object(request: web.Request) -> dict[str, Any]:
    text = await request.text()
    try:
        decoded = json.loads(text) if text else {}
    except json.JSONDecodeError as problem:
        raise ValueError(f"the body is not JSON: {problem}") from problem
    if not isinstance(decoded, Mapping):
        raise ValueError("the body must be one JSON object")
    return dict(decoded)
