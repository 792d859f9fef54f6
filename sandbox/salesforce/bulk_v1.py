"""Bulk API v1: this org does not have it; the refusal has the words that make clients use another API."""

from __future__ import annotations

from aiohttp import web

from sandbox.salesforce.replies import ApiError
from sandbox.salesforce.site import SITE
from sandbox.salesforce.versions import check_version

_XML = (
    '<?xml version="1.0" encoding="UTF-8"?><error xmlns="http://www.force.com/2009/06/asyncapi/dataload">'
    "<exceptionCode>{}</exceptionCode><exceptionMessage>{}</exceptionMessage></error>"
)


async def refuse(request: web.Request) -> web.Response:
    """Answer everything below `/services/async/<version>/`."""
    site = request.app[SITE]
    try:
        check_version(request.match_info["version"], site.org.switches.latest_version)
    except ApiError:
        return _error(request, "InvalidVersion", "Unsupported API version")
    if not site.sessions.use(request.headers.get("X-SFDC-Session", "")):
        return _error(request, "InvalidSessionId", "Invalid session id")
    return _error(request, "FeatureNotEnabled", "Async API not enabled")


def _error(request: web.Request, code: str, message: str) -> web.Response:
    if "json" in request.headers.get("Accept", "") + request.content_type:
        return web.json_response({"exceptionCode": code, "exceptionMessage": message}, status=400)
    return web.Response(status=400, text=_XML.format(code, message), content_type="application/xml")
