"""A plain HTTP client for the tests of the instance."""

from __future__ import annotations

from typing import Any

import requests

from sandbox.daktela.instance import Instance


class Client:
    """A plain HTTP client of one instance."""

    def __init__(self, instance: Instance, url: str, ca: str) -> None:
        self.instance = instance
        self.url = url
        self.ca = ca
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = ca
        self.session.headers["X-AUTH-TOKEN"] = instance.token

    def call(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        """Send one request below /api/v6/, never following a redirect."""
        return self.session.request(method, f"{self.url}/api/v6/{path}", timeout=10, allow_redirects=False, **kwargs)

    def get(self, path: str, **params: str) -> requests.Response:
        """Read, with query parameters by keyword."""
        return self.call("GET", path, params=params)

    def names(self, path: str, params: dict[str, str]) -> list[str]:
        """Return the names a listing gives, in its order."""
        reply = self.call("GET", path, params={"fields[0]": "name", **params})
        assert reply.status_code == 200, reply.text
        return [row["name"] for row in reply.json()["result"]["data"]]

    def create(self, endpoint: str = "contacts", **changes: Any) -> requests.Response:
        """POST a record that would be accepted, with changes."""
        whole: dict[str, dict[str, Any]] = {
            "contacts": {"name": "sf_contact_1", "title": "Jan Novák", "lastname": "Novák", "database": "sales"},
            "accounts": {"name": "sf_account_1", "title": "Vltava a.s.", "database": "sales"},
            "crmRecords": {"name": "sf_opp_1", "title": "Obnova", "type": "opportunity", "stage": "OPEN"},
            "campaignsRecords": {"name": "sf_call_1", "record_type": "spring_campaign", "action": 1},
        }
        return self.call("POST", f"{endpoint}.json", json={**whole[endpoint], **changes})

    def control(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        """Send one request to the controls."""
        return self.session.request(method, f"{self.url}/__sandbox__/{path}", timeout=10, **kwargs)
