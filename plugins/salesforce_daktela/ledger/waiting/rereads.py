"""Records that the next incremental run reads again, even if they have not changed."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, select

from salesforce_daktela.ledger.store.database import ASKED, Database, chunks
from salesforce_daktela.ledger.store.tables import rereads


@dataclass(frozen=True, slots=True)
class Rereads:
    """Records that the next incremental run reads again, even if they have not changed."""

    db: Database

    def ask(self, sync: str, mapping: str, ids: Sequence[str], at: datetime) -> None:
        """Save that ``ids`` need a reading later than ``at`` (Salesforce's time); the later of two times counts."""
        rows = [{"sync": sync, "mapping": mapping, "id": id_, "since": at} for id_ in dict.fromkeys(ids)]
        if rows:
            with self.db.write(sync, mapping) as connection:
                self.db.upsert(connection, rereads, rows, replace=("since",), only_if=_later)

    def read(self, sync: str, mapping: str) -> list[str]:
        """Ids in order."""
        with self.db.read() as connection:
            return list(
                connection.execute(select(rereads.c.id).where(_of(sync, mapping)).order_by(rereads.c.id)).scalars()
            )

    def forget(self, sync: str, mapping: str, ids: Sequence[str], read_at: datetime) -> None:
        """Delete the requests for ``ids`` that a reading at ``read_at`` satisfies."""
        query = select(rereads.c.id).where(_of(sync, mapping))
        known = [row[0] for row in self.db.rows_among(query, rereads.c.id, ids, ASKED)]
        if known:
            with self.db.write(sync, mapping) as connection:
                for chunk in chunks(known):
                    answered = and_(_of(sync, mapping), rereads.c.id.in_(chunk), rereads.c.since < read_at)
                    connection.execute(delete(rereads).where(answered))


def _later(excluded: Any) -> ColumnElement[bool]:
    return rereads.c.since < excluded.since  # type: ignore[no-any-return]  # SQLAlchemy's comparison of columns


@functools.lru_cache
def _of(sync: str, mapping: str) -> ColumnElement[bool]:
    return and_(rereads.c.sync == sync, rereads.c.mapping == mapping)
