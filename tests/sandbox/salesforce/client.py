"""A plain HTTP client of the org, for the tests of this folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests

from sandbox.salesforce.org import Org

SECONDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A client that knows the org's address and trusts its authority."""

    org: Org
    url: str
    session: requests.Session

    def get(self, path: str, **parameters: Any) -> requests.Response:
        """Read a path below ``/services/data/v60.0``."""
        return self.session.get(f"{self.url}/services/data/v60.0/{path}", params=parameters, timeout=SECONDS)

    def query(self, soql: str, kind: str = "query") -> Any:
        """Return the reply of a query."""
        return self.get(kind, q=soql).json()

    def post(self, path: str, body: Any) -> requests.Response:
        """Post JSON to a path below the server's root."""
        return self.session.post(f"{self.url}{path}", json=body, timeout=SECONDS)

    def grant(self, auth: tuple[str, str] | None = None, /, **form: str) -> requests.Response:
        """Ask for a token, without the session's own."""
        url = f"{self.url}/services/oauth2/token"
        headers = {"Authorization": ""} if auth is None else {}
        return self.session.post(url, data=form, auth=auth, headers=headers, timeout=SECONDS)

    def sign_in(self) -> None:
        """Put a fresh token into the session."""
        known = self.org.credentials
        reply = self.grant(
            grant_type="client_credentials", client_id=known.consumer_key, client_secret=known.consumer_secret
        )
        self.session.headers["Authorization"] = f"Bearer {reply.json()['access_token']}"
