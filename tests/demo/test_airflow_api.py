from __future__ import annotations

import json

import requests
import responses

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
