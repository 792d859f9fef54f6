"""Who may ask for what: a table of every route, held against every kind of user."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Mount

from tests.ui.conftest import HOST, PAGES, Ask, TestClient

WHOM = ("no token", "bad token", "no role", "viewer", "user", "op", "admin")
READS_DAGS = (401, 401, 403, 200, 200, 200, 200)
READS_A_SYNC = (401, 401, 403, 404, 404, 404, 404)
SIGNED_IN = (401, 401, 204, 204, 204, 204, 204)
EDITS = (401, 401, 403, 403)
EDITS_CONNECTIONS = (*EDITS, 403)
PLACES = {"sync": "sales", "mapping": "contacts", "name": "contacts.yaml", "run_id": "manual__1"}
"""What stands for the variables of the paths: a sync that nobody has."""

TABLE: dict[tuple[str, str], tuple[int, ...]] = {
    ("GET", "/"): READS_DAGS,
    ("GET", "/overview"): READS_DAGS,
    ("GET", "/syncs/{sync}/runs"): READS_A_SYNC,
    ("GET", "/syncs/{sync}/runs/{run_id}"): READS_A_SYNC,
    ("GET", "/run"): (401, 401, 200, 200, 200, 200, 200),
    ("POST", "/language"): SIGNED_IN,
    ("GET", "/syncs/{sync}/map"): (*EDITS, 200, 200, 200),
    ("GET", "/syncs/{sync}/map/{mapping}"): (*EDITS, 404, 404, 404),
    ("GET", "/syncs/{sync}/settings"): (*EDITS, 200, 200, 200),
    ("PUT", "/syncs/{sync}/settings"): (*EDITS, 409, 409, 409),
    ("GET", "/syncs/{sync}/manage"): (*EDITS, 200, 200, 200),
    ("POST", "/syncs/{sync}/manage/copy"): (*EDITS, 404, 404, 404),
    ("POST", "/syncs/{sync}/manage/mappings/{mapping}/rename"): (*EDITS, 422, 422, 422),
    ("POST", "/syncs/{sync}/manage/mappings/{mapping}/delete"): (*EDITS, 422, 422, 422),
    ("POST", "/syncs/{sync}/manage/delete"): (*EDITS, 422, 422, 422),
    ("GET", "/syncs/{sync}/preview"): (*EDITS, 200, 200, 200),
    ("GET", "/syncs/{sync}/preview/{mapping}"): (*EDITS, 404, 404, 404),
    ("POST", "/syncs/{sync}/preview/{mapping}"): (*EDITS, 422, 422, 422),
    ("GET", "/syncs/{sync}/save"): (*EDITS, 200, 200, 200),
    ("POST", "/syncs/{sync}/save"): (*EDITS, 409, 409, 409),
    ("POST", "/syncs/{sync}/save/{name:path}/theirs"): (*EDITS, 404, 404, 404),
    ("POST", "/syncs/{sync}/save/{name:path}/together"): (*EDITS, 404, 404, 404),
    ("GET", "/syncs/{sync}/save/changes.patch"): (*EDITS, 200, 200, 200),
    ("GET", "/syncs/{sync}/save/{name:path}/text"): (*EDITS, 404, 404, 404),
    ("POST", "/syncs/{sync}/draft/discard"): (*EDITS, 200, 200, 200),
    ("GET", "/syncs/{sync}/deployment"): READS_DAGS,
    ("GET", "/syncs/{sync}/plan"): READS_A_SYNC,
    ("GET", "/syncs/{sync}/activate"): READS_A_SYNC,
    ("GET", "/syncs/{sync}/status"): READS_A_SYNC,
    ("GET", "/syncs/{sync}/rejects"): READS_A_SYNC,
    ("GET", "/syncs/{sync}/parked"): READS_A_SYNC,
    ("GET", "/syncs/{sync}/answers"): READS_A_SYNC,
    ("GET", "/syncs/{sync}/connect"): (*EDITS, 200, 200, 200),
    ("PUT", "/syncs/{sync}/connect"): (*EDITS, 409, 409, 409),
    ("POST", "/addresses"): (*EDITS_CONNECTIONS, 200, 200),
    ("GET", "/syncs/{sync}/authorize"): (*EDITS_CONNECTIONS, 200, 200),
    ("POST", "/syncs/{sync}/authorize"): (*EDITS_CONNECTIONS, 200, 200),
    ("GET", "/syncs/{sync}/database"): (*EDITS, 200, 200, 200),
    ("GET", "/syncs/{sync}/database/choices"): (*EDITS, 200, 200, 200),
    ("PUT", "/syncs/{sync}/database"): (*EDITS, 409, 409, 409),
    ("POST", "/syncs/{sync}"): (*EDITS, 201, 201, 201),
    ("GET", "/syncs/{sync}/map/{mapping}/document"): (*EDITS, 404, 404, 404),
    ("PUT", "/syncs/{sync}/map/{mapping}/document"): (*EDITS, 404, 404, 404),
    ("GET", "/syncs/{sync}/map/{mapping}/fields"): (*EDITS, 404, 404, 404),
    ("GET", "/syncs/{sync}/map/{mapping}/samples"): (*EDITS, 404, 404, 404),
    ("POST", "/syncs/{sync}/map/{mapping}/samples"): (*EDITS, 404, 404, 404),
    ("GET", "/syncs/{sync}/map/{mapping}/suggestions"): (*EDITS, 404, 404, 404),
    ("POST", "/syncs/{sync}/map/{mapping}/count"): (*EDITS, 404, 404, 404),
    ("GET", "/syncs/{sync}/map/{mapping}/check"): (*EDITS, 404, 404, 404),
    ("GET", "/syncs/{sync}/grammar"): (*EDITS, 200, 200, 200),
    ("GET", "/syncs/{sync}/objects"): (*EDITS, 200, 200, 200),
    ("POST", "/syncs/{sync}/objects"): (*EDITS, 409, 409, 409),
    ("POST", "/syncs/{sync}/objects/remove"): (*EDITS, 409, 409, 409),
    ("POST", "/syncs/{sync}/undo"): (*EDITS, 409, 409, 409),
    ("GET", "/syncs/{sync}/record"): (*EDITS, 404, 404, 404),
    ("POST", "/syncs/{sync}/record/find"): (*EDITS, 404, 404, 404),
    ("POST", "/syncs/{sync}/record/explanation"): (*EDITS, 404, 404, 404),
    ("POST", "/syncs/{sync}/record/forget"): (*EDITS, 404, 404, 404),
    ("POST", "/syncs/{sync}/redo"): (*EDITS, 409, 409, 409),
    ("GET", "/syncs/{sync}/reconcile"): READS_A_SYNC,
    ("GET", "/syncs/{sync}/numbers"): READS_A_SYNC,
    ("GET", "/syncs/{sync}/schema"): READS_A_SYNC,
    ("POST", "/syncs/{sync}/schema/now"): (*EDITS, 404, 404, 404),
    ("POST", "/syncs/{sync}/schema/agree"): (*EDITS, 404, 404, 404),
    ("GET", "/syncs/{sync}/schema/lock.patch"): (*EDITS, 404, 404, 404),
    ("GET", "/syncs/{sync}/schema/lock"): (*EDITS, 404, 404, 404),
}
"""Method and path of each route: the status for each of ``WHOM``."""

pytestmark = pytest.mark.usefixtures("server")  # Airflow is set up before its modules are imported

STALE = 99
"""A version that no draft has: what is asked with it is refused, and nothing is left for the next route."""
BODIES: dict[tuple[str, str], object] = {
    ("POST", "/language"): {"language": "cs"},
    **{route: {"version": 0} for route in TABLE if route[0] == "POST" and "{sync}" in route[1]},
    ("PUT", "/syncs/{sync}/settings"): {"version": STALE},
    ("PUT", "/syncs/{sync}/connect"): {"version": STALE, "salesforce": "a", "daktela": "b"},
    ("POST", "/addresses"): {"system": "salesforce", "text": "acme.lightning.force.com"},
    ("PUT", "/syncs/{sync}/database"): {"version": STALE, "database": "sales"},
    ("POST", "/syncs/{sync}/authorize"): {},
    ("POST", "/syncs/{sync}"): {},
    ("PUT", "/syncs/{sync}/map/{mapping}/document"): {"version": STALE, "file": "", "form": {}},
    ("POST", "/syncs/{sync}/objects"): {"version": STALE, "objects": [{"sobject": "Lead", "becomes": "shipped"}]},
    ("POST", "/syncs/{sync}/objects/remove"): {"version": STALE, "mapping": "contacts"},
    ("POST", "/syncs/{sync}/undo"): {"version": STALE},
    ("POST", "/syncs/{sync}/redo"): {"version": STALE},
    ("POST", "/syncs/{sync}/schema/agree"): {"seen": "", "text": ""},
    ("POST", "/syncs/{sync}/map/{mapping}/samples"): {"record": ""},
    ("POST", "/syncs/{sync}/record/find"): {"text": "sf_contact_1"},
    ("POST", "/syncs/{sync}/record/explanation"): {"text": "0035g00000ABCdeAAH"},
    ("POST", "/syncs/{sync}/record/forget"): {"text": "0035g00000ABCdeAAH", "typed": "0035g00000ABCdeAAH"},
}
CASES = [(route, whom, status) for route, row in TABLE.items() for whom, status in zip(WHOM, row, strict=True)]


def placed(path: str) -> str:
    """An address of a route."""
    return path.replace(":path}", "}").format(**PLACES)


def routes() -> set[tuple[str, str]]:
    from salesforce_daktela.ui.app import app

    return {
        (method, route.path) for route in app.routes if isinstance(route, APIRoute) for method in route.methods or ()
    }


def test_every_route_is_in_the_table() -> None:
    """A route that is added says here whom it answers."""
    assert routes() == set(TABLE)


def test_nothing_but_static_files_stands_beside_the_routes() -> None:
    """Whatever is mounted is public: the app's dependencies do not reach it. FastAPI's own pages are off."""
    from salesforce_daktela.ui.app import app

    beside = [route for route in app.routes if not isinstance(route, APIRoute)]
    assert [route.path for route in beside if isinstance(route, Mount)] == ["/static"]
    assert len(beside) == 1


@pytest.mark.parametrize(("route", "whom", "status"), CASES, ids=lambda value: str(value))
def test_a_route_answers_whom_the_table_names(
    route: tuple[str, str],
    whom: str,
    status: int,
    ask: Ask,
    token: Callable[[str | None], str],
) -> None:
    """Exactly Airflow's rights, on the same cookie."""
    method, path = route
    cookies = {"no token": "", "bad token": "_token=x.y.z", "no role": f"_token={token(None)}"}
    headers = {"Cookie": cookies.get(whom) or f"_token={token(whom)}"} if whom != "no token" else {"Cookie": "a=b"}
    found = ask(placed(path), method=method, headers=headers, json=BODIES.get(route))
    assert found.status_code == status


def test_static_files_are_public(server: object) -> None:
    """The page that asks to sign in again needs them."""
    client = TestClient(server, base_url=HOST)  # type: ignore[arg-type]
    for name in ("pages.css", "host.js", "theme.js"):
        assert client.get(f"{PAGES}/static/{name}").status_code == 200
    assert client.get(f"{PAGES}/static/../app.py").status_code == 404
    assert client.get(f"{PAGES}/static/%2e%2e/app.py").status_code == 404
