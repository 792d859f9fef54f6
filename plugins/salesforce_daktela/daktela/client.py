"""Requests to one Daktela instance: rate-limited, retried only where that is safe, with every reply checked."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_before_delay

from salesforce_daktela.daktela.wire import reply, retries
from salesforce_daktela.daktela.wire.connection import DaktelaSettings
from salesforce_daktela.daktela.wire.errors import DaktelaError, DaktelaRowsMissingError, ErrorKind, make_error
from salesforce_daktela.daktela.wire.filters import LONGEST as LONGEST_QUERY
from salesforce_daktela.daktela.wire.filters import Condition, Filter, query_of, select
from salesforce_daktela.daktela.wire.limiter import AdaptiveLimiter
from salesforce_daktela.daktela.wire.rights import masks_of
from salesforce_daktela.daktela.wire.transport import TIMEOUT, Transport
from salesforce_daktela.daktela.wire.verdict import Answer, Call, judge, rows_missing, unconfirmed
from salesforce_daktela.sync.traffic import Sent

LARGEST_PAGE = 1_000

ABSENT_NAME = "salesforce-daktela-nobody-has-this-name"
"""No record has this name: neither the mappings' keys nor Daktela itself can make it."""
AGREEING_REPLIES = 3
"""How many replies have to agree before the client concludes that totals ignore filters."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteReply:
    """A write that Daktela has confirmed; ``record`` is as Daktela holds it now."""

    record: dict[str, Any] = field(repr=False)
    status: int

    @property
    def name(self) -> str:
        """The record's unique name."""
        return str(self.record["name"])


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """The user of the token. ``masks`` are the rights of the role by model, empty if Daktela hides them."""

    name: str
    title: str
    masks: Mapping[str, int] = field(default_factory=dict)


class DaktelaClient:
    """Safe for several threads, which share ``limiter``. All errors are ``DaktelaError``.

    ``server_timezone`` is the IANA zone that replies name, None until one has done so. ``longest_query`` is how many
    encoded characters a search may have; it becomes smaller when the server refuses that many. ``timeout`` are the
    seconds to connect and to wait for bytes. ``sleep`` makes the pauses between tries, ``now`` is for tests.
    ``patience`` are the seconds within which a request is tried again, None for those that a task has.
    """

    def __init__(
        self,
        settings: DaktelaSettings,
        *,
        limiter: AdaptiveLimiter,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        timeout: tuple[float, float] = TIMEOUT,
    ) -> None:
        self.settings = settings
        self.limiter = limiter
        self.sleep = sleep
        self.patience: float | None = None
        self.server_timezone: str | None = None
        self.longest_query = LONGEST_QUERY
        self._totals_ignore_filters = False
        self._transport = Transport(settings, now=now, timeout=timeout)

    @property
    def calls(self) -> Counter[str]:
        """Requests sent so far, by verb; retries count, too."""
        return self._transport.calls

    @property
    def sent(self) -> Sent:
        """Requests sent so far, with the refusals and retries among them."""
        return Sent(calls=sum(self.calls.values()), throttled=self.limiter.refusals, retries=self._transport.retries)

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def whoim(self) -> User:
        """Return the token's user, to test a connection. The reply repeats the token, so its rest is dropped."""
        return self._call(Call(verb="GET", endpoint="whoim"), _user)

    def list_rows(
        self,
        endpoint: str,
        *,
        fields: Sequence[str] = (),
        where: Filter | None = None,
        take: int = LARGEST_PAGE,
    ) -> Iterator[dict[str, Any]]:
        """Yield the rows that match ``where``, sorted by name, until a page is empty or the total is reached.

        The total ends the reading only after a page that is not full.
        """
        skip, before = 0, None
        while True:
            page = self.page(endpoint, fields=fields, where=where, skip=skip, take=take)
            if page.rows and page.rows == before:
                raise make_error(
                    "gave the same page twice: it ignores paging", kind=ErrorKind.PROTOCOL, where=f"Daktela {endpoint}"
                )
            yield from page.rows
            skip, before = skip + len(page.rows), page.rows
            if not page.rows or (len(page.rows) < take and page.total == skip):
                return

    def page(
        self, endpoint: str, *, fields: Sequence[str] = (), where: Filter | None = None, skip: int = 0, take: int = 1
    ) -> reply.Page:
        """Return one page of a listing, sorted by name.

        Raises DaktelaRowsMissingError when the page is empty although its total counts more rows. This check is left
        out for filtered listings if the instance's totals ignore filters.
        """
        place = [("skip", str(skip)), ("take", str(take)), ("sort[0][field]", "name"), ("sort[0][dir]", "asc")]
        call = Call(verb="GET", endpoint=endpoint, pairs=[*place, *select(fields), *query_of(where)])
        if where is not None and self._totals_ignore_filters:
            return self._call(call, _page)
        try:
            return self._call(call, _whole_page(skip))
        except DaktelaRowsMissingError:
            if where is None or not self._total_ignores_filter(endpoint):
                raise
        self._totals_ignore_filters = True
        return self._call(call, _page)

    def get(self, endpoint: str, name: str, *, fields: Sequence[str] = ()) -> dict[str, Any] | None:
        """Return one record, None only when Daktela says that it does not exist, or shows it as deleted."""
        chosen = select([*dict.fromkeys([*fields, "name"])] if fields else ())
        try:
            return self._call(Call(verb="GET", endpoint=endpoint, name=name, pairs=chosen), _named(name))
        except DaktelaError as exc:
            if not self._tells_absence(exc, endpoint, name):
                raise
        return None

    def is_deleted(self, endpoint: str, name: str) -> bool:
        """Whether Daktela shows the record and calls it deleted: some instances list deleted records, too."""
        try:
            return self._call(Call(verb="GET", endpoint=endpoint, name=name), _deleted)
        except DaktelaError as exc:
            if exc.kind is not ErrorKind.MISSING:
                raise
        return False

    def create(self, endpoint: str, payload: Mapping[str, Any]) -> WriteReply:
        """POST once. After an error of kind ``unknown_fate`` the record may exist: look it up, do not repeat."""
        return self._call(Call(verb="POST", endpoint=endpoint, payload=payload), _written(str(payload["name"])))

    def update(self, endpoint: str, name: str, payload: Mapping[str, Any]) -> WriteReply:
        """PUT by name, with retries. An error of kind ``missing`` means that there is no such record."""
        call = Call(verb="PUT", endpoint=endpoint, name=name, payload=payload)
        try:
            return self._call(call, _written(name))
        except DaktelaError as exc:
            if exc.kind is ErrorKind.MISSING:
                raise
            # The name of a merged object may lead to the one that is left.
            led_on = exc.kind is ErrorKind.PROTOCOL and exc.status == 200 and not self.lists(endpoint, name)
            if not led_on and not self._tells_absence(exc, endpoint, name):
                raise
            what = "no longer exists" if led_on else "refused a record that it does not list"
            status = exc.status
        raise make_error(what, kind=ErrorKind.MISSING, where=call.where, status=status)

    def delete(self, endpoint: str, name: str) -> bool:
        """DELETE by name; return False when the record did not exist."""
        try:
            return self._call(Call(verb="DELETE", endpoint=endpoint, name=name), lambda _call, _answer: True)
        except DaktelaError as exc:
            if not self._tells_absence(exc, endpoint, name):
                raise
        return False

    def merge(self, endpoint: str, names: Sequence[str]) -> WriteReply:
        """POST once; the reply's record is the one of ``names`` that is left. It cannot be undone.

        After an error of whatever kind it may have taken place: look both up, do not repeat.
        """
        pairs = [(f"names[{number}]", name) for number, name in enumerate(names)]
        return self._call(Call(verb="POST", endpoint=endpoint, pairs=pairs), _one_of(names))

    def _total_ignores_filter(self, endpoint: str) -> bool:
        """Whether totals also count records that the filter excludes. Searches for a name that nobody has show it.

        All ``AGREEING_REPLIES`` have to agree: the client keeps the conclusion, and one damaged reply could be wrong.
        """
        pairs = [("skip", "0"), ("take", "1"), *select(["name"]), *query_of(Condition("name", "eq", ABSENT_NAME))]
        pages = (self._call(Call(verb="GET", endpoint=endpoint, pairs=pairs), _page) for _ in range(AGREEING_REPLIES))
        return all(not page.rows and bool(page.total and page.total > 0) for page in pages)

    def _tells_absence(self, error: DaktelaError, endpoint: str, name: str) -> bool:
        """Whether there is no such record. Some instances refuse the request instead of answering 404, and name no
        field; then a listing by name decides.
        """
        refused = error.kind is ErrorKind.VALIDATION and error.status is not None
        if not refused or any(found.path for found in error.fields):
            return error.kind is ErrorKind.MISSING
        return not self.lists(endpoint, name)

    def lists(self, endpoint: str, name: str) -> bool:
        """Whether a listing by name has the record. One that was deleted may still be shown when it is asked for."""
        rows = self.list_rows(endpoint, fields=("name",), where=Condition("name", "eq", name), take=10)
        return any(row.get("name") == name for row in rows)

    def _call(self, call: Call, read: Callable[[Call, Answer], T]) -> T:
        retrying = Retrying(
            retry=retry_if_exception(lambda exc: retries.repeatable(call.verb, exc)),
            stop=self._is_last_try,
            wait=retries.wait,
            before_sleep=lambda _: self._transport.count_retry(),
            sleep=self.sleep,
            reraise=True,
        )
        result: T = retrying(self._send_once, call, read)
        return result

    def _is_last_try(self, state: RetryCallState) -> bool:
        late = self.patience is not None and stop_before_delay(self.patience)(state)
        return late or retries.is_last_try(state)

    def _send_once(self, call: Call, read: Callable[[Call, Answer], T]) -> T:
        """Wait for a turn, send, judge and read the reply; report the outcome to the limiter."""
        with self.limiter.slot() as turn:
            try:
                answer = self._transport.exchange(call)
                error = judge(call, answer)
            except DaktelaError as exc:
                error = exc
        if error is None:
            self.limiter.succeeded(turn)
            self.server_timezone = reply.timezone_of(answer.body) or self.server_timezone
            return read(call, answer)
        if error.kind is ErrorKind.THROTTLED:
            asked = retries.PAUSE_WHEN_THROTTLED if error.retry_after is None else error.retry_after
            self.limiter.refused(turn, min(retries.LONGEST_WAIT, asked))
        elif _is_overload(error):
            self.limiter.failed(turn, min(retries.LONGEST_WAIT, error.retry_after or 0.0))
        raise error


def _is_overload(error: DaktelaError) -> bool:
    if error.kind is ErrorKind.UNKNOWN_FATE:
        return error.status is None or error.status >= 500
    return error.kind is ErrorKind.UNAVAILABLE


def _page(call: Call, answer: Answer) -> reply.Page:
    page = reply.read_page(answer.body)
    if page is None:
        raise unconfirmed(call, answer, "without a listing")
    return page


def _whole_page(skip: int) -> Callable[[Call, Answer], reply.Page]:
    def read(call: Call, answer: Answer) -> reply.Page:
        page = _page(call, answer)
        if not page.rows and page.total is not None and page.total > skip:
            raise rows_missing(call, answer, page.total - skip)
        return page

    return read


def _named(name: str) -> Callable[[Call, Answer], dict[str, Any]]:
    def read(call: Call, answer: Answer) -> dict[str, Any]:
        record = reply.read_record(answer.body)
        if record is None or not isinstance(record.get("name"), str):
            raise unconfirmed(call, answer, "without a record")
        if record["name"] != name:
            raise _other_record(call, answer, record["name"])
        if reply.is_set(record.get("deleted")):
            what = "shows the record as deleted"
            raise make_error(what, kind=ErrorKind.MISSING, where=call.where, status=answer.status)
        return record

    return read


def _deleted(_call: Call, answer: Answer) -> bool:
    record = reply.read_record(answer.body) or {}
    return reply.is_set(record.get("deleted"))


def _written(name: str) -> Callable[[Call, Answer], WriteReply]:
    named = _named(name)

    def read(call: Call, answer: Answer) -> WriteReply:
        return WriteReply(record=named(call, answer), status=answer.status)

    return read


def _one_of(names: Sequence[str]) -> Callable[[Call, Answer], WriteReply]:
    def read(call: Call, answer: Answer) -> WriteReply:
        record = reply.read_record(answer.body)
        if record is None or record.get("name") not in names:
            raise unconfirmed(call, answer, "without one of the merged records")
        return WriteReply(record=record, status=answer.status)

    return read


def _user(call: Call, answer: Answer) -> User:
    record = reply.read_record(answer.body) or {}
    user = record.get("user", record)
    if "user" in record and not user:
        # Live instances answer 200 without a user when they do not know the token.
        what = f"answered {answer.status} without a user: it does not know this token"
        raise make_error(what, kind=ErrorKind.UNAUTHORIZED, where=call.where, status=answer.status)
    if not isinstance(user, Mapping) or not isinstance(user.get("name"), str):
        raise unconfirmed(call, answer, "without a user")
    return User(name=user["name"], title=str(user.get("title") or ""), masks=masks_of(user))


def _other_record(call: Call, answer: Answer, name: str) -> DaktelaError:
    shown = f" {name}" if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name) else ""
    return make_error(
        f"answered with another record{shown}",
        kind=ErrorKind.PROTOCOL,
        where=call.where,
        status=answer.status,
        advice="look at this record in Daktela: it may have been created by mistake",
    )
