"""Look at what Daktela really holds, where the ledger is not believed."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.read.lookup import NamesFound, look_up_names
from salesforce_daktela.daktela.read.search import Row
from salesforce_daktela.daktela.write.read_back import differences
from salesforce_daktela.ledger.records.entries import RecordState
from salesforce_daktela.mapping.model import Entity
from salesforce_daktela.steps.decide.orders import Order
from salesforce_daktela.steps.decide.stored_digests import is_as_written
from salesforce_daktela.steps.run.unexpected_errors import attempt
from salesforce_daktela.sync.decision import Step
from salesforce_daktela.sync.outcome import Problem


class Held(StrEnum):
    """What is under a name."""

    ABSENT = "absent"
    RIGHT = "right"
    WRONG = "wrong"
    AMBIGUOUS = "ambiguous"


def is_doubtful(step: Step, state: RecordState) -> bool:
    """Whether a decision rests on the ledger's word about Daktela alone. A mark is taken away in any case."""
    return step in (Step.UNCHANGED, Step.GONE) or (step is Step.UPDATE and state is not RecordState.MARKED)


def look_at(daktela: DaktelaClient, entity: Entity, orders: Sequence[Order], salt: bytes) -> dict[str, Held | Problem]:
    """Return for each Id what Daktela holds under the order's name, or the problem of a record that cannot be compared.

    Raises DaktelaError when the lookup fails.
    """
    if not orders:
        return {}
    fields = sorted({key for order in orders for key in order.body})
    found = look_up_names(daktela, entity, [order.name for order in orders], fields=fields)
    return {order.row.id: attempt(order.row.id, _held, order, found, salt) for order in orders}


def _held(order: Order, found: NamesFound, salt: bytes) -> Held:
    if order.name in found.ambiguous:
        return Held.AMBIGUOUS
    if order.name not in found.rows:
        return Held.ABSENT
    return Held.RIGHT if _is_right(order, found.rows[order.name], salt) else Held.WRONG


def _is_right(order: Order, held: Row, salt: bytes) -> bool:
    """What Daktela does to values explains a difference only where these very values were written."""
    known = order.known
    if known is None or known.digest != order.digest:
        return not differences(order.body, held)
    return is_as_written(order.body, held, known.echo, salt)
