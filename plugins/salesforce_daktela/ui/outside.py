"""Calls to Salesforce and Daktela from the API server: few at once, short, with clients that are kept for a while."""

from __future__ import annotations

import contextlib
import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import requests
from airflow.sdk import BaseHook, Connection

from salesforce_daktela.airflow.connections import found_for_a_person
from salesforce_daktela.airflow.hooks.daktela import DaktelaHook
from salesforce_daktela.airflow.hooks.salesforce import SalesforceOrgHook
from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.wire.limiter import AdaptiveLimiter
from salesforce_daktela.errors import TransportError
from salesforce_daktela.salesforce.client import SalesforceClient

AT_ONCE = 2
"""Requests of the pages that may speak to the outside at the same time: Airflow's own have the other threads."""

TURN = 5.0
"""Seconds that a request waits for its turn."""

PATIENCE = 10.0
"""Seconds of pauses between tries within one request."""

REPLY = (5.0, 20.0)
"""Seconds to connect, and to wait for bytes."""

KEPT = 300.0
"""Seconds after which a client is made anew."""

_turns = threading.BoundedSemaphore(AT_ONCE)


C = TypeVar("C", SalesforceClient, DaktelaClient)


@contextlib.contextmanager
def outside() -> Iterator[None]:
    """Have one of the few turns. Raises TransportError when none is free for seconds."""
    if not _turns.acquire(timeout=TURN):
        raise TransportError("other requests to Salesforce or Daktela are still waiting", advice="try again")
    try:
        yield
    finally:
        _turns.release()


@dataclass(frozen=True, slots=True)
class _Idle(Generic[C]):
    client: C
    made_for: str
    made_at: float


class _Pool(Generic[C]):
    """Clients that nobody uses now, by connection. One that is in use belongs to one request."""

    def __init__(self, make: Callable[[str, Connection], C]) -> None:
        self._make: Callable[[str, Connection], C] = make
        self._idle: dict[str, list[_Idle[C]]] = {}
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def borrow(self, conn_id: str) -> Iterator[C]:
        """A client for the connection as it stands; kept for the next request unless something failed."""
        with found_for_a_person(conn_id):
            connection = BaseHook.get_connection(conn_id)
        stands = connection.get_uri()
        idle = self._take(conn_id, stands)
        client = self._make(conn_id, connection) if idle is None else idle.client
        made_at = time.monotonic() if idle is None else idle.made_at
        client.sleep = _hasty_pauses()
        # The reason for which the tries have failed is told, and not that they took too long.
        client.patience = PATIENCE
        try:
            yield client
        except BaseException:
            client.close()
            raise
        with self._lock:
            self._idle.setdefault(conn_id, []).append(_Idle(client, stands, made_at))

    def forget(self, conn_id: str) -> None:
        """Have the next request make its client anew."""
        with self._lock:
            waiting = self._idle.pop(conn_id, [])
        for each in waiting:
            each.client.close()

    def _take(self, conn_id: str, stands: str) -> _Idle[C] | None:
        oldest = time.monotonic() - KEPT
        with self._lock:
            waiting = self._idle.pop(conn_id, [])
            fit = [each for each in waiting if each.made_for == stands and each.made_at > oldest]
            chosen = fit.pop() if fit else None
            if fit:
                self._idle[conn_id] = fit
        for each in waiting:
            if each is not chosen and each not in fit:
                each.client.close()
        return chosen


class _Hasty(requests.Session):
    """Waits less for a reply than a task does."""

    def send(self, *args: Any, **kwargs: Any) -> requests.Response:
        return super().send(*args, **{**kwargs, "timeout": REPLY})


def _hasty_pauses() -> Callable[[float], None]:
    """Pauses between tries that add up to seconds. A longer one ends the request."""
    left = [PATIENCE]

    def sleep(seconds: float) -> None:
        left[0] -= seconds
        if left[0] < 0:
            raise TransportError("does not answer in time", where="this page's request", advice="try again in a minute")
        time.sleep(seconds)

    return sleep


def _salesforce(conn_id: str, connection: Connection) -> SalesforceClient:
    return SalesforceOrgHook(conn_id).client_for(connection, session=_Hasty())


def _daktela(conn_id: str, connection: Connection) -> DaktelaClient:
    hook = DaktelaHook(conn_id)
    limiter = AdaptiveLimiter(hook.requests_per_second, hook.workers)
    return DaktelaClient(hook.settings_of(connection), limiter=limiter, timeout=REPLY)


_orgs = _Pool(_salesforce)
_instances = _Pool(_daktela)


def salesforce(conn_id: str) -> contextlib.AbstractContextManager[SalesforceClient]:
    """A client of the org behind a connection, for one request within its turn.

    Raises ConfigurationError for a connection that is not there or lacks a field.
    """
    return _orgs.borrow(conn_id)


def daktela(conn_id: str) -> contextlib.AbstractContextManager[DaktelaClient]:
    """A client of the Daktela instance behind a connection, for one request within its turn.

    Raises ConfigurationError for a connection that is not there or lacks a field.
    """
    return _instances.borrow(conn_id)


def mark_of(conn_id: str) -> str:
    """Return what a connection as it stands is known by: what was read through it is no longer good when it changes.

    Raises ConfigurationError for a connection that is not there.
    """
    with found_for_a_person(conn_id):
        uri = BaseHook.get_connection(conn_id).get_uri()
    return f"{conn_id}/{hashlib.sha256(uri.encode()).hexdigest()}"


def forget_clients(conn_id: str) -> None:
    """Forget what clients of a connection have read: somebody knows that it has changed."""
    _orgs.forget(conn_id)
    _instances.forget(conn_id)
