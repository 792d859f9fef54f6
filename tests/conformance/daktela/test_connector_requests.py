"""The requests that Daktela's JavaScript connector 1.1.0 sends, as its HTTP library spells them.

The connector itself is not published where this project's tests could install it from; its spelling of queries and its
way of carrying the token differ from the Python SDK's, so they are held here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.testing import Sandbox

AGENT = "@daktela/daktela-connector/1.1.0"


class Connector:
    """Requests relative to the API, without suffix, with the token in a header, a cookie or the query."""

    def __init__(self, sandbox: Sandbox, method: str) -> None:
        self.base, self.session, self.token = f"{sandbox.daktela_url}/api/v6/", requests.Session(), {}
        self.session.headers.update({"Accept": "application/json, text/plain, */*", "User-Agent": AGENT})
        token = sandbox.daktela.token
        if method == "header":
            self.session.headers["X-AUTH-TOKEN"] = token
        elif method == "cookie":
            self.session.headers["Cookie"] = f"c_user={token}"
        else:
            self.token = {"accessToken": token}

    def request(self, method: str, endpoint: str, data: Any = None, **params: str) -> requests.Response:
        """One request; arrays and maps are already spelled out in ``params``."""
        url = f"{self.base}{endpoint}"
        return self.session.request(method, url, params={**params, **self.token}, json=data, timeout=20)


@pytest.fixture(params=["header", "cookie", "query"])
def connector(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[Connector]:
    """In each of its three ways to carry the token."""
    opened = Connector(sandbox, request.param)
    with opened.session:
        yield opened


def test_a_listing_with_fields_sort_and_pagination(connector: Connector, sandbox: Sandbox) -> None:
    """Plain arrays are spelled with empty brackets, arrays of objects with numbers."""
    reply = connector.request(
        "get",
        "contacts",
        **{"fields[]": "name", "sort[0][field]": "name", "sort[0][dir]": "desc", "take": "2", "skip": "1"},
    )
    held = sorted((record.name for record in sandbox.daktela.records("contacts")), reverse=True)
    body = reply.json()
    assert [row["name"] for row in body["result"]["data"]] == held[1:3]
    assert body["result"]["total"] == len(held)


def test_filters_under_one_logic(connector: Connector) -> None:
    """Several conditions become one group."""
    for number in range(2):
        sent = {"name": f"js_{number}", "title": "Jan", "lastname": f"Novák {number}", "database": "sales"}
        assert connector.request("post", "contacts", sent).status_code == 201
    group = {"filter[logic]": "and", "filter[filters][0][field]": "name", "filter[filters][0][operator]": "startswith"}
    second = {"filter[filters][1][field]": "lastname", "filter[filters][1][operator]": "eq"}
    values = {"filter[filters][0][value]": "js_", "filter[filters][1][value]": "Novák 1"}
    reply = connector.request("get", "contacts", **group, **second, **values)
    assert [row["name"] for row in reply.json()["result"]["data"]] == ["js_1"]


def test_the_life_of_a_record_without_suffix(connector: Connector) -> None:
    """Created, changed, deleted; the single record stands in result."""
    sent = {"name": "js_life", "title": "Jan", "lastname": "Novák", "database": "sales"}
    assert connector.request("post", "contacts", sent).json()["result"]["name"] == "js_life"
    changed = connector.request("put", "contacts/js_life", {"firstname": "Jan"})
    assert (changed.status_code, changed.json()["result"]["firstname"]) == (200, "Jan")
    gone = connector.request("delete", "contacts/js_life")
    assert (gone.status_code, gone.content) == (204, b"")
    assert connector.request("get", "contacts/js_life").status_code == 404
