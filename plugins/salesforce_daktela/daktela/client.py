"""Requests to one Daktela instance: paced, timed, repeated only where repeating is safe, and never misread."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from salesforce_daktela.daktela import reply
from salesforce_daktela.daktela.connection import API, DaktelaSettings
from salesforce_daktela.daktela.errors import DaktelaError, ErrorKind, make_error
from salesforce_daktela.daktela.filters import Condition, query_of, select
from salesforce_daktela.daktela.limiter import AdaptiveLimiter
from salesforce_daktela.daktela.waits import DEFAULT, pause, retry_after

TIMEOUT = (10.0, 60.0)
"""Seconds to connect and to wait for bytes."""

TRIES = 5
LARGEST_PAGE = 1_000
POOL = 64

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteReply:
    """A write that Daktela confirmed: the record as it stands there now."""

    record: dict[str, Any]
    status: int

    @property
    def name(self) -> str:
        """The record's unique name."""
        return str(self.record["name"])


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Who the token belongs to."""

    name: str
    title: str


class DaktelaClient:
    """Safe for several threads. ``calls`` counts requests by verb; errors are ``DaktelaError``."""

    def __init__(
        self,
        settings: DaktelaSettings,
        *,
        limiter: AdaptiveLimiter,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.settings = settings
        self.limiter = limiter
        self.calls: Counter[str] = Counter()
        self.server_timezone: str | None = None
        self._sleep = sleep
        self._now = now
        self._counting = threading.Lock()
        self._session = requests.Session()
        self._session.mount("https://", HTTPAdapter(pool_connections=2, pool_maxsize=POOL))
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def whoim(self) -> User:
        """Who we are: the right test of a connection."""
        body = self._call("GET", "whoim")
        record = reply.read_record(body) or {}
        user = record.get("user", record)
        if not isinstance(user, Mapping) or "name" not in user:
            raise make_error("the reply names no user", kind=ErrorKind.PROTOCOL, where="Daktela whoim")
        return User(name=str(user["name"]), title=str(user.get("title") or ""))

    def list_rows(
        self,
        endpoint: str,
        *,
        fields: Sequence[str] = (),
        where: Sequence[Condition] = (),
        take: int = LARGEST_PAGE,
    ) -> Iterator[dict[str, Any]]:
        """Yield the rows that pass ``where``, by name, until a page is empty or the total is reached."""
        skip = 0
        while True:
            page = self.page(endpoint, fields=fields, where=where, skip=skip, take=take)
            yield from page.rows
            skip += len(page.rows)
            if not page.rows or (page.total is not None and skip >= page.total):
                return

    def page(
        self, endpoint: str, *, fields: Sequence[str], where: Sequence[Condition], skip: int = 0, take: int = 1
    ) -> reply.Page:
        """One page of a listing, sorted by name."""
        pairs = [
            ("skip", str(skip)),
            ("take", str(take)),
            ("sort[0][field]", "name"),
            ("sort[0][dir]", "asc"),
            *select(fields),
            *query_of(where),
        ]
        found = reply.read_page(self._call("GET", endpoint, pairs=pairs))
        if found is None:
            raise make_error("the reply is no listing", kind=ErrorKind.PROTOCOL, where=f"Daktela {endpoint}")
        return found

    def get(self, endpoint: str, name: str, *, fields: Sequence[str] = ()) -> dict[str, Any] | None:
        """One record, None only when Daktela says that it does not exist."""
        try:
            body = self._call("GET", endpoint, name, pairs=select(fields))
        except DaktelaError as exc:
            if exc.kind is ErrorKind.MISSING:
                return None
            raise
        record = reply.read_record(body)
        if record is None:
            raise make_error("the reply holds no record", kind=ErrorKind.PROTOCOL, where=f"Daktela {endpoint}")
        return record

    def create(self, endpoint: str, payload: Mapping[str, Any]) -> WriteReply:
        """POST once. Kind ``unknown_fate`` means that it may have been written: look it up, do not repeat."""
        return self._written(endpoint, str(payload["name"]), self._call("POST", endpoint, payload=payload), 201)

    def update(self, endpoint: str, name: str, payload: Mapping[str, Any]) -> WriteReply:
        """PUT by name, repeated where needed. Kind ``missing`` when there is no such record."""
        return self._written(endpoint, name, self._call("PUT", endpoint, name, payload=payload), 200)

    def delete(self, endpoint: str, name: str) -> bool:
        """DELETE by name; False when it was not there any more."""
        try:
            self._call("DELETE", endpoint, name)
        except DaktelaError as exc:
            if exc.kind is ErrorKind.MISSING:
                return False
            raise
        return True

    def _written(self, endpoint: str, name: str, body: object, status: int) -> WriteReply:
        record = reply.read_record(body)
        where = f"Daktela {endpoint}"
        if record is None or not isinstance(record.get("name"), str):
            raise make_error("success without a record", kind=ErrorKind.UNKNOWN_FATE, where=where, status=status)
        if record["name"] != name:
            raise make_error("the reply is about another record", kind=ErrorKind.PROTOCOL, where=where, status=status)
        return WriteReply(record=record, status=status)

    def _call(
        self,
        verb: str,
        endpoint: str,
        name: str | None = None,
        *,
        pairs: Pairs = (),
        payload: Mapping[str, Any] | None = None,
    ) -> object:
        retrying = Retrying(
            retry=retry_if_exception(lambda exc: _repeatable(verb, exc)),
            stop=stop_after_attempt(TRIES),
            wait=_wait,
            sleep=self._sleep,
            reraise=True,
        )
        return retrying(self._once, verb, endpoint, name, pairs, payload)

    def _once(
        self, verb: str, endpoint: str, name: str | None, pairs: Pairs, payload: Mapping[str, Any] | None
    ) -> object:
        where = f"Daktela {verb} {endpoint}"
        with self.limiter.slot():
            response = self._send(verb, self._address(endpoint, name), pairs, payload, where)
        body = _body(response)
        self.server_timezone = reply.timezone_of(body) or self.server_timezone
        error = self._judge(verb, response, body, where)
        if error is None:
            self.limiter.succeeded()
            return body
        if error.kind in (ErrorKind.THROTTLED, ErrorKind.UNAVAILABLE):
            self.limiter.refused(error.retry_after or 0.0)
        raise error

    def _send(
        self, verb: str, address: str, pairs: Pairs, payload: Mapping[str, Any] | None, where: str
    ) -> requests.Response:
        with self._counting:
            self.calls[verb] += 1
        try:
            return self._session.request(
                verb,
                address,
                params=list(pairs),
                json=None if payload is None else dict(payload),
                headers={"Accept": "application/json", self.settings.auth_header: self._credential()},
                timeout=TIMEOUT,
                verify=self.settings.verify if self.settings.verify is not True else None,
                allow_redirects=False,
            )
        except (requests.exceptions.SSLError, requests.exceptions.InvalidHeader) as exc:
            what = (
                "its TLS certificate is not trusted" if isinstance(exc, requests.exceptions.SSLError) else "bad header"
            )
            raise make_error(what, kind=ErrorKind.REDIRECT, where=where) from None
        except requests.exceptions.ConnectTimeout as exc:
            raise _no_reply(exc, ErrorKind.UNAVAILABLE, where) from None
        except requests.exceptions.RequestException as exc:
            sent = verb == "POST" and not _never_sent(exc)
            raise _no_reply(exc, ErrorKind.UNKNOWN_FATE if sent else ErrorKind.UNAVAILABLE, where) from None

    def _credential(self) -> str:
        bearer = self.settings.auth_header.casefold() == "authorization"
        return f"Bearer {self.settings.token}" if bearer else self.settings.token

    def _address(self, endpoint: str, name: str | None) -> str:
        tail = endpoint if name is None else f"{endpoint}/{quote(name, safe='')}"
        return f"{self.settings.url}{API}/{tail}.json"

    def _judge(self, verb: str, response: requests.Response, body: object, where: str) -> DaktelaError | None:
        """Return what is wrong with a reply, None when it says success and means it."""
        status = response.status_code
        fields = reply.errors_of(body)
        if 200 <= status < 300:
            if fields:
                what = f"answered {status} with an error{_paths(fields)}"
                return make_error(what, kind=ErrorKind.VALIDATION, where=where, status=status, fields=fields)
            if body is None and verb != "DELETE":
                kind = ErrorKind.UNKNOWN_FATE if verb in ("POST", "PUT") else ErrorKind.UNAVAILABLE
                return make_error(f"answered {status} without JSON", kind=kind, where=where, status=status)
            return None
        kind = _kind(verb, status)
        asked = retry_after(response.headers.get("Retry-After"), self._now())
        if kind is ErrorKind.THROTTLED and asked is None:
            asked = DEFAULT
        what = f"answered {status}{_paths(fields)}"
        return make_error(what, kind=kind, where=where, status=status, fields=fields, retry_after=asked)


def _kind(verb: str, status: int) -> ErrorKind:
    known = {
        401: ErrorKind.UNAUTHORIZED,
        403: ErrorKind.FORBIDDEN,
        404: ErrorKind.MISSING,
        405: ErrorKind.PROTOCOL,
        429: ErrorKind.THROTTLED,
    }
    if status in known:
        return known[status]
    if 300 <= status < 400:
        return ErrorKind.REDIRECT
    if status >= 500:
        return ErrorKind.UNKNOWN_FATE if verb == "POST" else ErrorKind.UNAVAILABLE
    return ErrorKind.VALIDATION


def _repeatable(verb: str, exc: BaseException) -> bool:
    """A refused or never sent request may be repeated, and so may anything by key; a POST under way may not."""
    if not isinstance(exc, DaktelaError):
        return False
    if exc.kind is ErrorKind.UNKNOWN_FATE:
        return verb == "PUT"
    if exc.status == 500:
        return False
    return exc.kind in (ErrorKind.THROTTLED, ErrorKind.UNAVAILABLE)


def _wait(state: RetryCallState) -> float:
    exc = state.outcome.exception() if state.outcome is not None else None
    return pause(state.attempt_number, exc.retry_after if isinstance(exc, DaktelaError) else None)


def _body(response: requests.Response) -> object:
    try:
        return response.json()
    except (ValueError, RecursionError):
        return None


def _paths(fields: Sequence[Any]) -> str:
    named = sorted({found.path for found in fields if found.path})
    return f" about {', '.join(named[:10])}" if named else ""


def _never_sent(exc: requests.exceptions.RequestException) -> bool:
    """Whether the connection could not even be made."""
    reason = getattr(exc.args[0], "reason", None) if exc.args else None
    return type(reason).__name__ in ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError")


def _no_reply(exc: Exception, kind: ErrorKind, where: str) -> DaktelaError:
    return make_error(f"no reply ({type(exc).__name__})", kind=kind, where=where)
