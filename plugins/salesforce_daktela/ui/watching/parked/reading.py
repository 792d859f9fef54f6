"""Reads one page of a sync's waiting children, with the state of their parents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from sqlalchemy.orm import Session

from salesforce_daktela.airflow.environment import AirflowEnvironment
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.waiting.parked_pages import ListedParked, ParkedCause, ParkedFilter, ParkedPlace
from salesforce_daktela.salesforce.wire.ids import is_id, typed_id
from salesforce_daktela.sync.codes import Cause
from salesforce_daktela.ui.syncs.reading import read_sync
from salesforce_daktela.ui.watching.instances import read_instances
from salesforce_daktela.ui.watching.ledger_reading import ask_ledger
from salesforce_daktela.ui.watching.parked.facts import PER_PAGE, Asked, ParkedFacts
from salesforce_daktela.ui.watching.turning import read_place

Read = tuple[list[ParkedCause], int, list[ListedParked]]


def read_parked(
    environment: AirflowEnvironment, session: Session, user: BaseUser, sync: str, asked: Asked
) -> ParkedFacts:
    """Return the children that are asked for. Raises 404 where there is no such sync."""
    found = read_sync(environment, session, user, sync)
    known = None if found.spec is None else [mapping.name for mapping in found.spec.mappings]

    def of_it(ledger: Ledger) -> Read:
        return _read(ledger, sync, known, asked)

    read, trouble = ask_ledger(environment, of_it)
    causes, children, rows = read or ([], 0, [])
    return ParkedFacts(
        now=datetime.now(UTC),
        asked=asked,
        causes=None if read is None and trouble else tuple(causes),
        children=children,
        rows=tuple(rows[:PER_PAGE]),
        more=len(rows) > PER_PAGE,
        id_unknown=bool(asked.id) and not is_id(asked.id),
        instances=read_instances(found.spec),
        ledger_trouble=trouble,
    )


def _read(ledger: Ledger, sync: str, known: Sequence[str] | None, asked: Asked) -> Read:
    """Where the sync's files cannot be read, every mapping that children wait for passes for one of its own."""
    mappings = [group.parent_mapping for group in ledger.parking.groups(sync)] if known is None else known
    causes = ledger.parked_pages.causes(sync, mappings)
    only, after = _filter(asked), _after(asked.after)
    waits = any(_is_among(cause, only) for cause in causes)
    rows = ledger.parked_pages.read(sync, mappings, only, after=after, limit=PER_PAGE + 1) if waits else []
    children = ledger.parking.count(sync)
    return causes, children, rows


def _is_among(found: ParkedCause, only: ParkedFilter) -> bool:
    wanted = ((only.mapping, found.mapping), (only.parent, found.parent_mapping), (only.cause, found.cause))
    return all(want is None or want == has for want, has in wanted)


def _filter(asked: Asked) -> ParkedFilter:
    ids = [typed_id(asked.id)] if is_id(asked.id) else []
    return ParkedFilter(
        mapping=asked.mapping or None,
        parent=asked.parent or None,
        cause=Cause(asked.cause) if asked.cause in list(Cause) else None,
        ids=ids if asked.id else None,
    )


def _after(word: str) -> ParkedPlace | None:
    place = read_place(word, ParkedPlace._fields.index("since"), len(ParkedPlace._fields)) if word else None
    return None if place is None else ParkedPlace(*cast("list[str]", place))  # type: ignore[arg-type]
