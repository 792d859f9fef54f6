"""Records that the next incremental run reads again although nothing may have changed in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, select

from salesforce_daktela.ledger.store.database import ASKED, Database, chunks
from salesforce_daktela.ledger.store.tables import rereads


def ask(db: Database, sync: str, mapping: str, ids: Sequence[str], at: datetime) -> None:
    """Remember that ``ids`` need a reading later than ``at``, Salesforce's time; of two moments the later counts."""
    rows = [{"sync": sync, "mapping": mapping, "id": id_, "since": at} for id_ in dict.fromkeys(ids)]
    if rows:
        with db.write(sync, mapping) as connection:
            db.upsert(connection, rereads, rows, replace=("since",), only_if=_later)


def read(db: Database, sync: str, mapping: str) -> list[str]:
    """Ids in order."""
    with db.read() as connection:
        return list(connection.execute(select(rereads.c.id).where(_of(sync, mapping)).order_by(rereads.c.id)).scalars())


def forget(db: Database, sync: str, mapping: str, ids: Sequence[str], read_at: datetime) -> None:
    """Forget those of ``ids`` for whom a reading at ``read_at`` was late enough."""
    query = select(rereads.c.id).where(_of(sync, mapping))
    known = [row[0] for row in db.rows_among(query, rereads.c.id, ids, ASKED)]
    if known:
        with db.write(sync, mapping) as connection:
            for chunk in chunks(known):
                answered = and_(_of(sync, mapping), rereads.c.id.in_(chunk), rereads.c.since < read_at)
                connection.execute(delete(rereads).where(answered))


def _later(excluded: Any) -> ColumnElement[bool]:
    return rereads.c.since < excluded.since  # type: ignore[no-any-return]  # SQLAlchemy's comparison of columns


def _of(sync: str, mapping: str) -> ColumnElement[bool]:
    return and_(rereads.c.sync == sync, rereads.c.mapping == mapping)
