"""Airflow's public REST API, as far as the demo needs it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import requests
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_fixed

FINAL = ("success", "failed")
TIMEOUT = 30.0
PAGE = 100
"""Airflow's largest page ([api] maximum_page_limit)."""
REPEATABLE = ("GET", "PATCH")
TRIES = 5
PAUSE = 1.0
"""Seconds between two tries."""


@dataclass(slots=True)
class AirflowApi:
    """Calls Airflow's API as one user."""

    url: str
    user: str
    password: str = field(repr=False)
    _session: requests.Session = field(default_factory=requests.Session)

    def healthy(self) -> bool:
        """Whether every component is healthy. Signs in."""
        try:
            found = self._session.get(f"{self.url}/api/v2/monitor/health", timeout=TIMEOUT).json()
            if any(part.get("status") != "healthy" for part in found.values() if part is not None):
                return False
            reply = self._session.post(
                f"{self.url}/auth/token", json={"username": self.user, "password": self.password}, timeout=TIMEOUT
            )
            self._session.headers["Authorization"] = f"Bearer {reply.json()['access_token']}"
        except (requests.RequestException, ValueError, KeyError):
            return False
        return True

    def ask(self, verb: str, path: str, **options: Any) -> Any:
        """Send one call and return its JSON. Raises requests.HTTPError with the reply's text.

        A call that may be repeated is: on SQLite, Airflow answers 500 while another process holds the database, and a
        busy machine lets it answer late.
        """
        tries = TRIES if verb in REPEATABLE else 1
        retrying = Retrying(
            retry=retry_if_exception(_at_fault), stop=stop_after_attempt(tries), wait=wait_fixed(PAUSE), reraise=True
        )
        return retrying(self._ask, verb, path, **options)

    def _ask(self, verb: str, path: str, **options: Any) -> Any:
        reply = self._session.request(verb, f"{self.url}/api/v2{path}", timeout=TIMEOUT, **options)
        if not reply.ok:
            raise requests.HTTPError(f"{verb} {path}: {reply.status_code}: {reply.text[:500]}", response=reply)
        return reply.json() if reply.content else None

    def known(self, path: str) -> bool:
        """Whether the path exists."""
        return self._find(path) is not None

    def _find(self, path: str, **options: Any) -> Any:
        """What a path has, None where there is nothing."""
        try:
            return self.ask("GET", path, **options)
        except requests.HTTPError as error:
            if error.response is not None and error.response.status_code == 404:
                return None
            raise

    def trigger(self, dag_id: str, conf: Mapping[str, Any] | None = None) -> str:
        """Start a run now and return its id."""
        body = {"logical_date": datetime.now(UTC).isoformat(), "conf": dict(conf or {})}
        return str(self.ask("POST", f"/dags/{dag_id}/dagRuns", json=body)["dag_run_id"])

    def runs(self, dag_id: str) -> list[dict[str, Any]]:
        """The DAG's runs, the newest first."""
        found = self.ask("GET", f"/dags/{dag_id}/dagRuns", params={"order_by": "-run_after", "limit": 50})
        return list(found["dag_runs"])

    def state(self, dag_id: str, run_id: str) -> str:
        """The state of one run; ``FINAL`` are those of one that has ended."""
        return str(self.ask("GET", f"/dags/{dag_id}/dagRuns/{quote(run_id, safe='')}")["state"])

    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """The task instances of one run."""
        path = f"/dags/{dag_id}/dagRuns/{quote(run_id, safe='')}/taskInstances"
        found: list[dict[str, Any]] = []
        while True:
            page = self.ask("GET", path, params={"limit": PAGE, "offset": len(found), "order_by": "id"})
            found += page["task_instances"]
            if not page["task_instances"] or len(found) >= page["total_entries"]:
                return found

    def wait(
        self, dag_id: str, run_id: str, seconds: float, show: Callable[[list[dict[str, Any]]], None] | None = None
    ) -> str:
        """Wait until a run has ended and return its state; ``show`` is called with its tasks from time to time.

        Without it the tasks are not asked for: listing them costs the API server much more than the state of the run.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            state = self.state(dag_id, run_id)
            if show is not None:
                show(self.tasks(dag_id, run_id))
            if state in FINAL:
                return state
            time.sleep(1)
        return "still running"

    def xcom(self, dag_id: str, run_id: str, task_id: str, key: str) -> Any:
        """Return an XCom value of a task, None without one."""
        path = f"/dags/{dag_id}/dagRuns/{quote(run_id, safe='')}/taskInstances/{task_id}/xcomEntries/{key}"
        found = self._find(path, params={"deserialize": "true"})
        return None if found is None else found["value"]

    def log(self, dag_id: str, run_id: str, task: Mapping[str, Any]) -> str:
        """The log of a task instance's last try."""
        path = f"/dags/{dag_id}/dagRuns/{quote(run_id, safe='')}/taskInstances/{task['task_id']}/logs"
        tried = max(1, int(task.get("try_number") or 1))
        params = {"map_index": task.get("map_index", -1), "full_content": "true"}
        found = self.ask("GET", f"{path}/{tried}", params=params, headers={"Accept": "application/json"})
        return "\n".join(_line(line) for line in found["content"])


def _line(entry: Any) -> str:
    """Return a log entry as a line: the event, and the message of an exception."""
    if not isinstance(entry, dict):
        return str(entry)
    causes = [f"{cause['exc_type']}: {cause['exc_value']}" for cause in entry.get("error_detail") or []]
    return " | ".join([str(entry.get("event", "")), *causes])


def _at_fault(error: BaseException) -> bool:
    if isinstance(error, requests.HTTPError):
        return error.response is not None and error.response.status_code >= 500
    return isinstance(error, (requests.Timeout, requests.ConnectionError))
