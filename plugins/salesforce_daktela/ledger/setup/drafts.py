"""Drafts of mapping files, one for each person and sync."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, and_, delete, insert, select, update

from salesforce_daktela.errors import PipelineError
from salesforce_daktela.ledger.store.database import Database
from salesforce_daktela.ledger.store.tables import drafts


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDraft:
    """A draft as it was kept: its JSON document and which version of it this is, 1 for the first."""

    document: str
    version: int
    saved_at: datetime


class StaleDraftError(PipelineError):
    """Another page of the same person has kept a newer version."""

    def __init__(self, sync: str) -> None:
        super().__init__(
            "was changed in another window", where=f"draft of {sync}", advice="load the page again to go on from there"
        )


@dataclass(frozen=True, slots=True)
class Drafts:
    """Drafts by person and sync. A person is the id that Airflow's auth manager gives."""

    db: Database

    def read(self, person: str, sync: str) -> StoredDraft | None:
        """The draft that was kept last, None when there is none."""
        query = select(drafts.c.document, drafts.c.version, drafts.c.saved_at).where(_of(person, sync))
        with self.db.read() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else StoredDraft(document=row.document, version=row.version, saved_at=row.saved_at)

    def syncs(self, person: str) -> list[str]:
        """The syncs of which a person has a draft, by name."""
        query = select(drafts.c.sync).where(drafts.c.person == person).order_by(drafts.c.sync)
        with self.db.read() as connection:
            return list(connection.scalars(query))

    def keep(self, person: str, sync: str, document: str, *, seen: int) -> int:
        """Keep a draft made from version ``seen``, 0 for a new one; return its version.

        Raises StaleDraftError when another version has been kept since, or the draft was thrown away.
        """
        row = {"document": document, "version": seen + 1, "saved_at": datetime.now(UTC)}
        with self.db.write("drafts", person, sync) as connection:
            present = connection.scalar(select(drafts.c.version).where(_of(person, sync)))
            if (present or 0) != seen:
                raise StaleDraftError(sync)
            if present is None:
                connection.execute(insert(drafts).values(person=person, sync=sync, **row))
            else:
                connection.execute(update(drafts).where(_of(person, sync)).values(**row))
        return seen + 1

    def discard(self, person: str, sync: str, *, seen: int) -> None:
        """Throw away version ``seen`` of a draft, if there is a draft.

        Raises StaleDraftError when another version has been kept since: somebody was told that it is kept.
        """
        with self.db.write("drafts", person, sync) as connection:
            present = connection.scalar(select(drafts.c.version).where(_of(person, sync)))
            if present not in (None, seen):
                raise StaleDraftError(sync)
            connection.execute(delete(drafts).where(_of(person, sync)))


def _of(person: str, sync: str) -> ColumnElement[bool]:
    return and_(drafts.c.person == person, drafts.c.sync == sync)
