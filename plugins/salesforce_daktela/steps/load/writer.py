"""Carry out orders on a few independent connections, and return results in small batches."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.wire.errors import DaktelaError
from salesforce_daktela.daktela.write.dial_list import DialList, LeftAloneError
from salesforce_daktela.daktela.write.partial_update import update_keeping
from salesforce_daktela.daktela.write.upsert import WriteResult, create_or_settle
from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.mapping.engine.create import strip_for_create
from salesforce_daktela.mapping.model import Entity
from salesforce_daktela.steps.decide.orders import Order
from salesforce_daktela.steps.run.unexpected_errors import attempt
from salesforce_daktela.sync.outcome import Problem

CHUNK = 100
"""Writes between two savings in the ledger. After a crash at most three times as many have to be looked up."""

ENTRY_SECONDS = 5.0
"""The longest that a result waits to be saved in the ledger, however slowly others arrive, once orders are there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One order carried out: the record that Daktela returned, its refusal, or an unforeseen problem.

    ``left`` says why a record of a dial list was not changed.
    """

    order: Order
    record: dict[str, Any] | None
    error: DaktelaError | None = None
    problem: Problem | None = None
    left: LeftAloneError | None = None

    @property
    def taken(self) -> bool:
        """Whether the record is in Daktela as ordered."""
        return self.error is None and self.problem is None and self.left is None


def write_all(
    client: DaktelaClient,
    entity: Entity,
    orders: Iterable[Order],
    *,
    workers: int,
    before: Callable[[Sequence[Order]], Sequence[Order]],
    keep: Collection[str] = (),
    dialled: DialList | None = None,
) -> Generator[list[Written]]:
    """Yield results in batches as they come; meanwhile the connections go on with requests already begun.

    Who does not read to the end closes it: what is not sent by then stays unsent.

    ``before`` gets each chunk before its first request and returns the orders to send. Fields named in ``keep``
    stay as they are in Daktela, even where a PUT empties fields that it does not
    name. Records of a dial list are changed through ``dialled``.
    Errors that concern one record are in its result; errors of rights are raised.
    """
    with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="daktela") as pool:
        under_way = _UnderWay()
        try:
            for chunk in _batched(orders, CHUNK):
                for order in before(chunk):
                    under_way.add(pool.submit(_write_one, client, entity, order, keep, dialled))
                # A chunk of requests in progress keeps the connections busy while the next one is leased in the ledger.
                while under_way.count > CHUNK:
                    yield under_way.batch(CHUNK)
            while under_way.count:
                yield under_way.batch(min(CHUNK, under_way.count))
        finally:
            pool.shutdown(cancel_futures=True)


@dataclass(slots=True)
class _UnderWay:
    """Writes that are begun, and those of them that have ended.

    Who waits for a batch is woken once for it: to be woken for each write costs as much as saving the write.
    """

    count: int = 0
    _ended: list[Future[Written]] = field(default_factory=list)
    _wanted: int = 1
    _failed: bool = False
    _change: threading.Condition = field(default_factory=threading.Condition)

    def add(self, future: Future[Written]) -> None:
        self.count += 1
        future.add_done_callback(self._end)

    def batch(self, most: int) -> list[Written]:
        """Wait for ``most`` results, or for fewer when they come slowly; at least one.

        Raises what a write has raised.
        """
        with self._change:
            self._wait_for(1, None)
            self._wait_for(most, ENTRY_SECONDS)
            batch, self._ended = self._ended[:most], self._ended[most:]
        self.count -= len(batch)
        return [future.result() for future in batch]

    def _wait_for(self, wanted: int, seconds: float | None) -> None:
        self._wanted = wanted
        self._change.wait_for(self._enough, seconds)

    def _enough(self) -> bool:
        return self._failed or len(self._ended) >= self._wanted

    def _end(self, future: Future[Written]) -> None:
        with self._change:
            self._ended.append(future)
            # What a write raises concerns every write: nobody is to wait for more of them.
            self._failed = self._failed or future.cancelled() or future.exception() is not None
            if self._enough():
                self._change.notify()


def _write_one(
    client: DaktelaClient, entity: Entity, order: Order, keep: Collection[str], dialled: DialList | None
) -> Written:
    found = attempt(order.row.id, _write, client, entity, order, keep, dialled)
    return Written(order=order, record=None, problem=found) if isinstance(found, Problem) else found


def _write(
    client: DaktelaClient, entity: Entity, order: Order, keep: Collection[str], dialled: DialList | None
) -> Written:
    try:
        if order.create:
            record = _create(client, entity, order, dialled).record
        elif dialled is not None:
            record = dialled.change(order.name, order.body, keep).record
        else:
            record = update_keeping(client, entity, order.name, order.body, keep).record
    except LeftAloneError as left:
        return Written(order=order, record=None, left=left)
    except DaktelaError as exc:
        if isinstance(exc, ConfigurationError):
            raise
        return Written(order=order, record=None, error=exc)
    return Written(order=order, record=record)


def _create(client: DaktelaClient, entity: Entity, order: Order, dialled: DialList | None) -> WriteResult:
    """A create that may have arrived is not sent again to a dial list: by then the record may have been called."""
    payload, once = {"name": order.name, **strip_for_create(order.body)}, strip_for_create(order.once)
    if dialled is None:
        return create_or_settle(client, entity, payload, once=once)
    return create_or_settle(client, entity, payload, once=once, update=dialled.change, creates=1)


def _batched(orders: Iterable[Order], size: int) -> Iterator[Sequence[Order]]:
    each = iter(orders)
    while batch := list(islice(each, size)):
        yield batch
