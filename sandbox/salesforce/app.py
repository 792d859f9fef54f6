"""The org's web application."""

from __future__ import annotations

from aiohttp import web

from sandbox.salesforce.org import Org

ORG = web.AppKey("org", Org)


def create_app(org: Org, base_url: str) -> web.Application:
    """Return the application that serves ``org``; ``base_url`` has no trailing slash and is given as `instance_url`."""
    app = web.Application()
    app[ORG] = org
    return app
