from __future__ import annotations

import json

import pytest
import requests
import responses

from demo import airflow_api
from demo.airflow_api import PAGE, AirflowApi

URL = "https://airflow.example"
TASKS = [{"task_id": "contacts.load", "map_index": number} for number in range(2 * PAGE + 7)]


def page(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
    """As Airflow answers: never more than its own limit."""
    asked: dict[str, str] = getattr(request, "params", {})
    first, most = int(asked["offset"]), min(PAGE, int(asked["limit"]))
    body = {"task_instances": TASKS[first : first + most], "total_entries": len(TASKS)}
    return 200, {}, json.dumps(body)


@responses.activate
def test_a_run_of_many_parts_shows_every_task() -> None:
    """Airflow hands out a hundred at a time, however many are asked for."""
    responses.add_callback(responses.GET, f"{URL}/api/v2/dags/dag/dagRuns/run/taskInstances", callback=page)
    assert AirflowApi(url=URL, user="admin", password="admin").tasks("dag", "run") == TASKS


@responses.activate
@pytest.mark.parametrize("busy", [requests.ReadTimeout(), requests.ConnectionError(), 503])
def test_a_busy_airflow_is_asked_again(busy: int | Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what may be repeated: a second POST could start a second run."""
    monkeypatch.setattr(airflow_api, "PAUSE", 0.0)
    api = AirflowApi(url=URL, user="admin", password="admin")
    answer = {"status": busy} if isinstance(busy, int) else {"body": busy}
    for verb in ("GET", "PATCH", "POST"):
        responses.add(verb, f"{URL}/api/v2/dags/dag", **answer)
        responses.add(verb, f"{URL}/api/v2/dags/dag", json={"is_paused": False})
    assert api.ask("PATCH", "/dags/dag") == {"is_paused": False}
    assert api.known("/dags/dag")
    with pytest.raises(requests.RequestException):
        api.ask("POST", "/dags/dag")


@responses.activate
def test_what_is_not_there_is_told_apart_from_what_cannot_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """An XCom value that Airflow cannot read just now is not a missing one."""
    monkeypatch.setattr(airflow_api, "PAUSE", 0.0)
    api = AirflowApi(url=URL, user="admin", password="admin")
    address = f"{URL}/api/v2/dags/dag/dagRuns/run/taskInstances/preflight/xcomEntries/reports"
    responses.get(address, status=404)
    assert api.xcom("dag", "run", "preflight", "reports") is None
    responses.replace("GET", address, status=500)
    with pytest.raises(requests.HTTPError):
        api.xcom("dag", "run", "preflight", "reports")
