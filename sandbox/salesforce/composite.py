"""The Composite resource: several reads in one call, each answered by itself."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiohttp import web

from sandbox.salesforce.describe import describe_sobject
from sandbox.salesforce.replies import ApiError, json_reply
from sandbox.salesforce.rest import first_page
from sandbox.salesforce.site import SITE, Site
from sandbox.salesforce.soql.errors import SoqlError

MOST = 25
MOST_QUERIES = 5


async def composite(request: web.Request) -> web.Response:
    """Answer `/composite`: the whole is one call, whatever becomes of its parts. Only reads are served here."""
    site, version = request.app[SITE], request.match_info["version"]
    answer = site.org.switches.composite
    if answer == "missing":
        raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
    if answer == "forbidden":
        raise ApiError(403, "API_DISABLED_FOR_ORG", "The REST Composite API is not enabled for this Organization")
    asked = _parts(await request.text())
    found = [await asyncio.to_thread(_answer, site, part, version) for part in asked]
    text = ",".join(_told(part, status, body) for part, (status, body) in zip(asked, found, strict=True))
    return json_reply(request, f'{{"compositeResponse":[{text}]}}', compress=site.org.switches.gzip)


def _parts(text: str) -> list[dict[str, Any]]:
    try:
        parts = json.loads(text)["compositeRequest"]
        urls = [(str(part["method"]), str(part["referenceId"]), str(part["url"])) for part in parts]
    except (ValueError, KeyError, TypeError):
        raise ApiError(400, "JSON_PARSER_ERROR", "compositeRequest is missing or malformed") from None
    if not parts:
        raise ApiError(400, "REQUIRED_FIELD_MISSING", "compositeRequest is empty")
    if len({reference for _, reference, _ in urls}) < len(urls):
        raise ApiError(400, "INVALID_INPUT", "referenceId values have to be unique")
    if len(urls) > MOST or sum("/query" in url for _, _, url in urls) > MOST_QUERIES:
        raise ApiError(400, "LIMIT_EXCEEDED", f"at most {MOST} subrequests, and {MOST_QUERIES} queries among them")
    return list(parts)


def _answer(site: Site, part: dict[str, Any], version: str) -> tuple[int, str]:
    try:
        return 200, _read(site, part, version)
    except ApiError as refused:
        status, code, message = refused.status, refused.code, refused.message
    except SoqlError as refused:
        status, code, message = 400, refused.code, refused.message
    return status, json.dumps([{"errorCode": code, "message": message}])


def _read(site: Site, part: dict[str, Any], version: str) -> str:
    address = urlsplit(part["url"])
    base = f"/services/data/v{version}/"
    steps = address.path.removeprefix(base).strip("/").split("/")
    if part["method"] != "GET" or not address.path.startswith(base):
        raise ApiError(400, "METHOD_NOT_ALLOWED", f"{part['method']} {address.path}")
    if steps in (["query"], ["queryAll"]):
        soql = parse_qs(address.query).get("q", [""])[0]
        return first_page(site, soql, version, batch=2_000, with_deleted=steps == ["queryAll"])
    sobject = (
        site.org.catalogue.sobject(steps[1]) if len(steps) == 3 and steps[::2] == ["sobjects", "describe"] else None
    )
    if sobject is None:
        raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
    return json.dumps(describe_sobject(site.org.described, sobject, version), ensure_ascii=False)


def _told(part: dict[str, Any], status: int, body: str) -> str:
    reference = json.dumps(part["referenceId"])
    return f'{{"body":{body},"httpHeaders":{{}},"httpStatusCode":{status},"referenceId":{reference}}}'
