"""Look at what Daktela really holds, where the ledger is not believed."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.echo import differences
from salesforce_daktela.daktela.lookup import look_up_names
from salesforce_daktela.daktela.search import Row
from salesforce_daktela.ledger.ledger import RecordState
from salesforce_daktela.mapping.model import Entity
from salesforce_daktela.steps.echoes import is_as_written
from salesforce_daktela.steps.orders import Order
from salesforce_daktela.sync.decision import Step


class Held(StrEnum):
    """What is under a name."""

    ABSENT = "absent"
    RIGHT = "right"
    WRONG = "wrong"
    AMBIGUOUS = "ambiguous"


def is_doubtful(step: Step, state: RecordState) -> bool:
    """Whether a decision rests on the ledger's word about Daktela alone. A mark is taken away in any case."""
    return step in (Step.UNCHANGED, Step.GONE) or (step is Step.UPDATE and state is not RecordState.MARKED)


def look_at(daktela: DaktelaClient, entity: Entity, orders: Sequence[Order], salt: bytes) -> dict[str, Held]:
    """Return for each Id what Daktela holds under the order's name. Raises DaktelaError when the lookup fails."""
    if not orders:
        return {}
    fields = sorted({key for order in orders for key in order.body})
    found = look_up_names(daktela, entity, [order.name for order in orders], fields=fields)
    return {
        order.row.id: Held.AMBIGUOUS
        if order.name in found.ambiguous
        else Held.ABSENT
        if order.name not in found.rows
        else Held.RIGHT
        if _is_right(order, found.rows[order.name], salt)
        else Held.WRONG
        for order in orders
    }


def _is_right(order: Order, held: Row, salt: bytes) -> bool:
    """What Daktela does to values explains a difference only where these very values were written."""
    known = order.known
    if known is None or known.digest != order.digest:
        return not differences(order.body, held)
    return is_as_written(order.body, held, known.echo, salt)
