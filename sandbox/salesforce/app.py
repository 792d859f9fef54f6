"""The org's web application."""

from __future__ import annotations

from aiohttp import web

from sandbox.salesforce import bulk, bulk_v1, control, identity, replication, rest
from sandbox.salesforce.composite import composite
from sandbox.salesforce.cursors import Cursors
from sandbox.salesforce.jobs import Jobs
from sandbox.salesforce.middleware import admission, faults, journal
from sandbox.salesforce.oauth import token
from sandbox.salesforce.org import Org
from sandbox.salesforce.sessions import Sessions
from sandbox.salesforce.site import SITE, Site
from sandbox.salesforce.soap import login
from sandbox.salesforce.user_activity import UserActivity

SERVICES = "/{lead:/?}services/"
"""Paths with a doubled slash are served, too: some clients join an address and a path with a slash each."""
MAX_BODY_BYTES = 4 * 1024 * 1024


def create_app(org: Org, base_url: str) -> web.Application:
    """Return the application that serves ``org``; ``base_url``, without a trailing slash, is its `instance_url`."""
    app = web.Application(middlewares=[journal, faults, admission], client_max_size=MAX_BODY_BYTES)
    app[SITE] = Site(
        org=org,
        base_url=base_url,
        sessions=Sessions(org),
        cursors=Cursors(org),
        jobs=Jobs(org),
        activity=UserActivity(org),
    )
    app.add_routes(control.routes())
    app.router.add_post(SERVICES + "oauth2/token", token)
    for verb in ("GET", "POST"):
        app.router.add_route(verb, SERVICES + "oauth2/userinfo", identity.userinfo)
        app.router.add_route(verb, "/id/{organization}/{user}", identity.identity)
    app.router.add_post(SERVICES + r"Soap/{kind:u|c}/{version:\d+\.\d}{rest:.*}", login)
    app.router.add_route("*", SERVICES + "async/{version}/{rest:.*}", bulk_v1.refuse)
    app.router.add_get(SERVICES + "data{slash:/?}", rest.versions)
    for path, handler in _DATA:
        app.router.add_get(SERVICES + "data/v{version}" + path + "{slash:/?}", handler)
    app.router.add_post(SERVICES + "data/v{version}/composite{slash:/?}", composite)
    jobs = SERVICES + "data/v{version}/jobs/query"
    app.router.add_post(jobs + "{slash:/?}", bulk.create)
    app.router.add_patch(jobs + "/{job}{slash:/?}", bulk.abort)
    app.router.add_delete(jobs + "/{job}{slash:/?}", bulk.delete)
    app.on_cleanup.append(_release)
    return app


_DATA = (
    ("", rest.resources),
    ("/limits", rest.limits),
    ("/limits/recordCount", rest.record_count),
    ("/sobjects", rest.sobjects),
    ("/sobjects/{sobject}", rest.basic_info),
    ("/sobjects/{sobject}/describe", rest.describe),
    ("/sobjects/{sobject}/updated", replication.updated),
    ("/sobjects/{sobject}/deleted", replication.deleted),
    ("/sobjects/{sobject}/{id}", rest.record),
    ("/{kind:query|queryAll}", rest.query),
    ("/{kind:query|queryAll}/{locator}", rest.page),
    ("/jobs/query", bulk.listing),
    ("/jobs/query/{job}", bulk.status),
    ("/jobs/query/{job}/results", bulk.results),
    ("/jobs/query/{job}/resultPages", bulk.result_pages),
)


async def _release(app: web.Application) -> None:
    app[SITE].cursors.close()
    app[SITE].jobs.close()
