"""Prints what every route answers to each role of Airflow's FAB auth manager, as JSON.

The bad token is that of an administrator whom somebody has deactivated since.

A program of its own: one process has one auth manager. ``AIRFLOW_HOME`` names an empty folder.
"""

from __future__ import annotations

import json
import sys
import warnings

warnings.simplefilter("ignore")

from airflow.utils.db import initdb  # noqa: E402 after the warnings are off

ROLES = {"no role": "Public", "viewer": "Viewer", "user": "User", "op": "Op", "admin": "Admin"}


def statuses(asked: list[tuple[str, str, object]]) -> dict[str, list[int]]:
    """The statuses of requests (method, path, body), in their order, by what ``ROLES`` calls a user."""
    initdb()
    from airflow.api_fastapi.app import create_app, get_auth_manager
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder
    from starlette.testclient import TestClient

    client = TestClient(create_app(apps="core"), base_url="http://127.0.0.1:8080", follow_redirects=False)
    found = {}

    def ask_with(token: str) -> list[int]:
        headers = {"Cookie": f"_token={token}"}
        return [client.request(method, path, json=body, headers=headers).status_code for method, path, body in asked]

    with get_application_builder() as builder:
        for name, role in ROLES.items():
            mail = f"{role}@example.org"
            user = builder.sm.add_user(role, "a", "b", mail, builder.sm.find_role(role), password=role)
            found[name] = ask_with(get_auth_manager().generate_jwt(user))
        left = builder.sm.add_user("left", "a", "b", "left@example.org", builder.sm.find_role("Admin"), password="left")
        token = get_auth_manager().generate_jwt(left)
        left.active = False
        builder.sm.update_user(left)
        found["bad token"] = ask_with(token)
    return found


if __name__ == "__main__":
    print(json.dumps(statuses(json.loads(sys.argv[1]))))
