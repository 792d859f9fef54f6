"""Verify orders against what Daktela holds, where the ledger alone is not trusted."""

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


class Verification(StrEnum):
    """What Daktela has under an order's name, compared with the order."""

    ABSENT = "absent"
    RIGHT = "right"
    WRONG = "wrong"
    AMBIGUOUS = "ambiguous"


def needs_verification(step: Step, state: RecordState) -> bool:
    """Whether a decision rests on the ledger alone. A marked record is written in any case, to unmark it."""
    return step in (Step.UNCHANGED, Step.GONE) or (step is Step.UPDATE and state is not RecordState.MARKED)


def verify_orders(
    daktela: DaktelaClient, entity: Entity, orders: Sequence[Order], salt: bytes
) -> dict[str, Verification | Problem]:
    """Return for each Id whether Daktela has what the order says, or the problem that prevents the comparison.

    Raises DaktelaError when the lookup fails.
    """
    if not orders:
        return {}
    fields = sorted({key for order in orders for key in order.body})
    found = look_up_names(daktela, entity, [order.name for order in orders], fields=fields)
    return {order.row.id: attempt(order.row.id, _verified, order, found, salt) for order in orders}


def _verified(order: Order, found: NamesFound, salt: bytes) -> Verification:
    if order.name in found.ambiguous:
        return Verification.AMBIGUOUS
    if order.name not in found.rows:
        return Verification.ABSENT
    return Verification.RIGHT if _is_right(order, found.rows[order.name], salt) else Verification.WRONG


def _is_right(order: Order, stored: Row, salt: bytes) -> bool:
    """Daktela's known changes of values excuse a difference only when exactly these values were written."""
    known = order.known
    if known is None or known.digest != order.digest:
        return not differences(order.body, stored)
    return is_as_written(order.body, stored, known.echo, salt)
