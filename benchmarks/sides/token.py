"""Gets a session for clients that need one: sign-ins are not compared."""

from __future__ import annotations

from typing import Any

import requests


def access_token(salesforce: dict[str, Any]) -> str:
    """Sign in by client credentials."""
    reply = requests.post(
        f"{salesforce['url']}/services/oauth2/token",
        data={
            "grant_type": "client_credentials",
            "client_id": salesforce["consumer_key"],
            "client_secret": salesforce["consumer_secret"],
        },
        timeout=30,
    )
    reply.raise_for_status()
    return str(reply.json()["access_token"])
