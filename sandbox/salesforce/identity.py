"""The user of a token: the identity URL of a token reply, and OpenID's userinfo."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from sandbox.company import EMPLOYEES
from sandbox.salesforce.replies import ApiError
from sandbox.salesforce.seed.fill import employee_id
from sandbox.salesforce.site import SITE, Site

REST_PATHS = {
    "query": "query/",
    "recent": "recent/",
    "search": "search/",
    "rest": "",
    "sobjects": "sobjects/",
}


async def userinfo(request: web.Request) -> web.Response:
    """Answer `/services/oauth2/userinfo`."""
    site = _admitted(request)
    known = _known(site)
    claims = {
        "sub": identity_url(site),
        "preferred_username": known["username"],
        "name": known["display_name"],
        "given_name": known["first_name"],
        "family_name": known["last_name"],
        "zoneinfo": known["timezone"],
        "email_verified": True,
        "updated_at": known["last_modified_date"],
        "is_salesforce_integration_user": False,
    }
    shared = ("user_id", "organization_id", "email", "nickname", "active", "user_type", "language", "locale", "urls")
    names = {"nickname": "nick_name"}
    claims |= {name: known[names.get(name, name)] for name in shared}
    return web.json_response({**claims, "utcOffset": known["utcOffset"]})


async def identity(request: web.Request) -> web.Response:
    """Answer `/id/<organization>/<user>`, the `id` of a token reply."""
    site = _admitted(request)
    wanted = request.match_info["organization"], request.match_info["user"]
    if wanted != (site.org.id, site.org.user_id):
        raise web.HTTPForbidden(text="Wrong_Org")
    return web.json_response({"id": identity_url(site), "asserted_user": True, **_known(site)})


def identity_url(site: Site) -> str:
    """Return the identity URL; its last two parts are the Ids of the organization and the user."""
    return f"{site.base_url}/id/{site.org.id}/{site.org.user_id}"


def _admitted(request: web.Request) -> Site:
    site = request.app[SITE]
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    token = bearer.strip() if scheme.lower() in ("bearer", "oauth") else request.query.get("oauth_token", "")
    if not token:
        raise web.HTTPForbidden(text="Missing_OAuth_Token")
    if site.org.switches.unauthorized or not site.sessions.use(token):
        raise web.HTTPForbidden(text="Bad_OAuth_Token")
    return site


def _known(site: Site) -> dict[str, Any]:
    org = site.org
    me = next((each for at, each in enumerate(EMPLOYEES) if employee_id(at) == org.user_id), None)
    if me is None:
        raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
    base = f"{site.data_url}/services/data/v{{version}}/"
    return {
        "user_id": org.user_id,
        "organization_id": org.id,
        "username": org.credentials.username,
        "nick_name": org.credentials.username.partition("@")[0],
        "display_name": f"{me.first_name} {me.last_name}",
        "email": me.email,
        "email_verified": True,
        "first_name": me.first_name,
        "last_name": me.last_name,
        "timezone": "Europe/Prague",
        "active": True,
        "user_type": "STANDARD",
        "language": "cs",
        "locale": "cs_CZ",
        "utcOffset": 3_600_000,
        "last_modified_date": "2023-01-01T08:00:00Z",
        "is_app_installed": True,
        "urls": {name: base + path for name, path in REST_PATHS.items()} | {"custom_domain": site.data_url},
    }
