"""Carry out orders on a few connections, a chunk at a time, so that a crash forgets little."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.errors import DaktelaError
from salesforce_daktela.daktela.marking import update_keeping
from salesforce_daktela.daktela.upsert import create_or_settle
from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.mapping.create import strip_for_create
from salesforce_daktela.mapping.model import Entity
from salesforce_daktela.steps.orders import Order

CHUNK = 100
"""Writes between two entries in the ledger: what a crash may make us look up again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One order carried out: the record Daktela answered with, or its refusal."""

    order: Order
    record: dict[str, Any] | None
    error: DaktelaError | None = None


def write_all(
    client: DaktelaClient,
    entity: Entity,
    orders: Sequence[Order],
    *,
    workers: int,
    before: Callable[[Sequence[Order]], Sequence[Order]],
    keep: Collection[str] = (),
) -> Iterator[list[Written]]:
    """Yield the results chunk by chunk, in order; one chunk is under way while the one before is yielded.

    ``before`` gets each chunk ahead of its first request and returns what of it is to be sent. Fields named in ``keep``
    stay as Daktela holds them, also where a PUT empties what it does not name. Errors that concern one record are in
    its result; errors of rights are raised.
    """
    with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="daktela") as pool:
        try:
            under_way: list[Future[Written]] = []
            for chunk in _batched(orders, CHUNK):
                started = [pool.submit(_write, client, entity, order, keep) for order in before(chunk)]
                if under_way:
                    yield [future.result() for future in under_way]
                under_way = started
            if under_way:
                yield [future.result() for future in under_way]
        finally:
            pool.shutdown(cancel_futures=True)


def _write(client: DaktelaClient, entity: Entity, order: Order, keep: Collection[str]) -> Written:
    try:
        if order.create:
            record = create_or_settle(client, entity, {"name": order.name, **strip_for_create(order.body)}).record
        else:
            record = update_keeping(client, entity, order.name, order.body, keep).record
    except DaktelaError as exc:
        if isinstance(exc, ConfigurationError):
            raise
        return Written(order=order, record=None, error=exc)
    return Written(order=order, record=record)


def _batched(orders: Sequence[Order], size: int) -> Iterator[Sequence[Order]]:
    for start in range(0, len(orders), size):
        yield orders[start : start + size]
