"""The sandbox's own endpoints: act as the org's users, change switches, show the last requests."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from aiohttp import web

from sandbox.salesforce.conversion import convert
from sandbox.salesforce.page import overview
from sandbox.salesforce.records import RecordError
from sandbox.salesforce.site import SITE, Site
from sandbox.salesforce.switches import SwitchError, Switches, describe_switches

MAX_ROWS = 10_000
Act = Callable[[Site, web.Request, dict[str, Any]], Any]


def _endpoint(act: Act) -> Callable[[web.Request], Any]:
    """Return a handler that reads a JSON object and writes JSON; invalid input gets a clear 400."""

    async def handler(request: web.Request) -> web.Response:
        try:
            text = await request.text()
            body = json.loads(text) if text else {}
            if not isinstance(body, dict):
                raise ValueError("the body must be a JSON object")
            return web.json_response(await asyncio.to_thread(act, request.app[SITE], request, body))
        except KeyError as missing:
            return web.json_response({"error": f"the body lacks {missing}"}, status=400)
        except (RecordError, SwitchError, ValueError) as refused:
            return web.json_response({"error": str(refused)}, status=400)

    return handler


def _switches(site: Site, _request: web.Request, _body: dict[str, Any]) -> Any:
    return dataclasses.asdict(site.org.switches)


def _change_switches(site: Site, _request: web.Request, body: dict[str, Any]) -> Any:
    site.org.switch(**body)
    return dataclasses.asdict(site.org.switches)


def _reset_switches(site: Site, _request: web.Request, _body: dict[str, Any]) -> Any:
    site.org.switch(**dataclasses.asdict(Switches()))
    return dataclasses.asdict(site.org.switches)


def _reset(site: Site, _request: web.Request, body: dict[str, Any]) -> Any:
    site.org.reset(size=body.get("size"), seed=body.get("seed"))
    site.journal.clear()
    return {"reset": True}


def _requests(site: Site, request: web.Request, _body: dict[str, Any]) -> Any:
    return list(site.journal)[-int(request.query.get("limit", 100)) :]


def _forget_requests(site: Site, _request: web.Request, _body: dict[str, Any]) -> Any:
    site.journal.clear()
    return {}


def _rows(site: Site, request: web.Request, _body: dict[str, Any]) -> Any:
    offset, limit = int(request.query.get("offset", 0)), int(request.query.get("limit", 100))
    return site.org.records.read(request.match_info["sobject"], offset=offset, limit=min(limit, MAX_ROWS))


def _row(site: Site, request: web.Request, _body: dict[str, Any]) -> Any:
    found = site.org.records.read(request.match_info["sobject"], record=request.match_info["id"])
    if not found:
        raise RecordError(f"there is no {request.match_info['sobject']} {request.match_info['id']}")
    return found[0]


def _create(site: Site, request: web.Request, body: dict[str, Any]) -> Any:
    late = _late(site, body)
    return {"id": site.org.records.create(request.match_info["sobject"], body["fields"], at=late)}


def _update(site: Site, request: web.Request, body: dict[str, Any]) -> Any:
    place = request.match_info
    silent = bool(body.get("silent", False))
    site.org.records.update(place["sobject"], place["id"], body["fields"], at=_late(site, body), silent=silent)
    return _row(site, request, body)


def _delete(site: Site, request: web.Request, _body: dict[str, Any]) -> Any:
    records, place = site.org.records, request.match_info
    remove = records.hard_delete if request.query.get("hard") == "true" else records.delete
    remove(place["sobject"], place["id"])
    return {}


def _undelete(site: Site, request: web.Request, body: dict[str, Any]) -> Any:
    site.org.records.undelete(request.match_info["sobject"], request.match_info["id"])
    return _row(site, request, body)


def _merge(site: Site, request: web.Request, body: dict[str, Any]) -> Any:
    site.org.records.merge(request.match_info["sobject"], request.match_info["id"], list(body["losers"]))
    return _row(site, request, body)


def _convert(site: Site, request: web.Request, body: dict[str, Any]) -> Any:
    into = {name: body.get(name) for name in ("contact", "account")}
    wanted = {**into, "opportunity": bool(body.get("opportunity", False)), "at": _late(site, body)}
    return convert(site.org.records, request.match_info["id"], **wanted).to_dict()


def _mutate(site: Site, _request: web.Request, body: dict[str, Any]) -> Any:
    changed = site.org.records.mutate(body["object"], int(body["count"]), int(body.get("seed", 1)), body.get("field"))
    return {"ids": changed}


def _formula(site: Site, _request: web.Request, body: dict[str, Any]) -> Any:
    site.org.records.set_formula_factor(body["field"], float(body["factor"]))
    return {}


def _purge(site: Site, _request: web.Request, body: dict[str, Any]) -> Any:
    return {"removed": site.org.records.purge_bin(float(body.get("days", 15)))}


def _expire(site: Site, _request: web.Request, _body: dict[str, Any]) -> Any:
    return {"expired": site.sessions.expire_all()}


def _late(site: Site, body: dict[str, Any]) -> Any:
    """Return the stamp of a transaction that began ``late_seconds`` ago and is committed now."""
    seconds = body.get("late_seconds")
    return None if seconds is None else site.org.clock() - timedelta(seconds=float(seconds))


async def _overview(request: web.Request) -> web.Response:
    text = await asyncio.to_thread(overview, request.app[SITE], request.query)
    return web.Response(text=text, content_type="text/html")


def routes() -> list[web.RouteDef]:
    """Return the routes under `/__sandbox__`."""
    one = "/__sandbox__/records/{sobject}/{id}"
    return [
        web.get("/__sandbox__/", _overview),
        web.get("/__sandbox__/switches", _endpoint(_switches)),
        web.patch("/__sandbox__/switches", _endpoint(_change_switches)),
        web.delete("/__sandbox__/switches", _endpoint(_reset_switches)),
        web.post("/__sandbox__/reset", _endpoint(_reset)),
        web.get("/__sandbox__/switches/help", _endpoint(lambda *_: describe_switches())),
        web.get("/__sandbox__/requests", _endpoint(_requests)),
        web.delete("/__sandbox__/requests", _endpoint(_forget_requests)),
        web.get("/__sandbox__/counts", _endpoint(lambda site, *_: site.org.records.counts())),
        web.get("/__sandbox__/records/{sobject}", _endpoint(_rows)),
        web.post("/__sandbox__/records/{sobject}", _endpoint(_create)),
        web.get(one, _endpoint(_row)),
        web.patch(one, _endpoint(_update)),
        web.delete(one, _endpoint(_delete)),
        web.post(one + "/undelete", _endpoint(_undelete)),
        web.post(one + "/merge", _endpoint(_merge)),
        web.post("/__sandbox__/records/Lead/{id}/convert", _endpoint(_convert)),
        web.post("/__sandbox__/mutate", _endpoint(_mutate)),
        web.post("/__sandbox__/formula", _endpoint(_formula)),
        web.post("/__sandbox__/purge", _endpoint(_purge)),
        web.post("/__sandbox__/expire-tokens", _endpoint(_expire)),
    ]
