"""What people who map fields cost Airflow's API server, which is everybody's."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import requests

from benchmarks.api_server import PAGES, TIMEOUT, api_server, browser_of
from benchmarks.sandbox_process import sandbox
from benchmarks.settings import Settings
from demo.api_server import ApiServer

PEOPLE = 10
THINKING = 2.0
"""Seconds between two things that a person does: a choice in a drop-down is one request, after typing has ended."""

ROUNDS, QUICK_ROUNDS = 3, 1
SECONDS, QUICK_SECONDS = 30.0, 3.0
"""How long Airflow's own requests are timed in each round, without people and with them."""

BETWEEN = 0.1


def run(settings: Settings) -> dict[str, float | int]:
    """Time Airflow's list of DAGs alone and while ten people map, in turn; weigh the server before and after."""
    rounds, seconds = (QUICK_ROUNDS, QUICK_SECONDS) if settings.quick else (ROUNDS, SECONDS)
    with (
        sandbox(settings.home / "sandbox", contacts=1000) as side,
        api_server(settings.home, side, syncs=PEOPLE) as server,
    ):
        _timed(server, 1.0)
        before = _memory(server.pid)
        alone, beside = [], []
        for _ in range(rounds):
            alone += _timed(server, seconds)
            with _people(server) as people:
                beside += _timed(server, seconds)
        after = _memory(server.pid)
    return {
        "core_slowdown": median(beside) / median(alone),
        "core_ms": 1000 * median(alone),
        "memory_mib": after - before,
        "server_mib": after,
        "mapped": people.done,
    }


def _timed(server: ApiServer, seconds: float) -> list[float]:
    """Ask for Airflow's list of DAGs for so long; return the seconds that each reply took."""
    session, took = browser_of(server), []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.perf_counter()
        session.get(f"{server.url}/api/v2/dags", params={"limit": 50}, timeout=TIMEOUT).raise_for_status()
        took.append(time.perf_counter() - began)
        time.sleep(BETWEEN)
    return took


@dataclass(slots=True)
class _People:
    """``done`` counts their requests; they go on while ``going`` is set."""

    done: int = 0
    going: threading.Event = field(default_factory=threading.Event)


@contextmanager
def _people(server: ApiServer) -> Iterator[_People]:
    """Ten people, each with a sync of their own; they have opened the page before the context begins."""
    people, ready = _People(), threading.Barrier(PEOPLE + 1)
    people.going.set()
    with ThreadPoolExecutor(PEOPLE) as pool:
        mapping = [pool.submit(_map, server, number, people, ready) for number in range(PEOPLE)]
        try:
            with suppress(threading.BrokenBarrierError):  # what broke it is raised below
                ready.wait(TIMEOUT)
                yield people
        finally:
            people.going.clear()
        for each in mapping:
            each.result()


def _map(server: ApiServer, number: int, people: _People, ready: threading.Barrier) -> None:
    person = _Person(browser_of(server), f"{server.url}{PAGES}/syncs/sync_{number}", people)
    try:
        person.open()
    except BaseException:
        ready.abort()
        raise
    ready.wait(TIMEOUT)
    time.sleep(THINKING * number / PEOPLE)
    while people.going.is_set():
        person.choose()
        time.sleep(THINKING)


@dataclass(slots=True)
class _Person:
    session: requests.Session
    sync: str
    people: _People
    document: dict[str, Any] = field(default_factory=dict)
    choices: int = 0

    def open(self) -> None:
        """Open the page as a browser does."""
        self._ask("get", "/map/contacts")
        self._ask("get", "/map/contacts/fields")
        self.document = self._ask("get", "/map/contacts/document").json()

    def choose(self) -> None:
        """Choose a source for a field, and now and then look at what the systems say."""
        self.choices += 1
        rows = self.document["form"]["rows"]
        row = rows[self.choices % len(rows)]
        row["rule"] = {"keys": [["from", ("Department", "Title")[self.choices // len(rows) % 2]]]}
        body = {name: self.document[name] for name in ("version", "file", "form")}
        self.document = self._ask("put", "/map/contacts/document", json=body).json()
        if self.choices % 5 == 0:
            self._ask("get", "/map/contacts/check")

    def _ask(self, verb: str, path: str, **body: Any) -> requests.Response:
        send: Callable[..., requests.Response] = getattr(self.session, verb)
        reply = send(f"{self.sync}{path}", timeout=TIMEOUT, **body)
        reply.raise_for_status()
        self.people.done += 1
        return reply


def _memory(pid: int) -> float:
    """MiB that a process and its children hold in memory."""
    return sum(_resident(each) for each in _family(pid)) / 1024


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in _family(int(child)))]


def _resident(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)
