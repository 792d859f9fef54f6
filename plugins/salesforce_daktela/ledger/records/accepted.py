"""What Daktela last accepted for each Salesforce Id."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, update

from salesforce_daktela.ledger.records.entries import Intent, PastOutcome, RecordEntry, RecordState
from salesforce_daktela.ledger.records.outcomes import remember
from salesforce_daktela.ledger.store.database import ASKED, Database, chunks
from salesforce_daktela.ledger.store.tables import records
from salesforce_daktela.sync.outcome import Outcome

WRITTEN = (
    "name", "state", "digest", "stamp", "read_at", "extraction", "outcome", "adopted", "written_at", "winner", "echo",
)  # fmt: skip
LEASE = ("holder", "held_until")
ASKED_AT_ONCE = 20_000
"""Keys asked for by one query whose answer is one value."""

PRESENT = (RecordState.LIVE, RecordState.KEPT, RecordState.MARKED)
"""States of records that exist in Daktela, so that others can refer to them."""

TAKEN = (Outcome.CREATED.value, Outcome.UPDATED.value)
"""Outcomes that only an answer of Daktela to a write gives."""

PRESENT_VALUES, MERGED = tuple(state.value for state in PRESENT), RecordState.MERGED.value
"""The same states as they are stored."""


@dataclass(frozen=True, slots=True)
class AcceptedRecords:
    """What Daktela last accepted for each Salesforce Id."""

    db: Database

    def read(self, sync: str, mapping: str, ids: Sequence[str]) -> dict[str, RecordEntry]:
        """Entries by Id; unknown Ids are absent."""
        return {entry.id: entry for entry in _among(self.db, sync, mapping, "id", ids)}

    def by_name(self, sync: str, mapping: str, names: Sequence[str]) -> dict[str, RecordEntry]:
        """Entries by name.

        When several Ids have one name, the one that exists in Daktela is returned; of several such, the latest written.
        """
        found = _among(self.db, sync, mapping, "name", names)
        found.sort(key=lambda entry: (entry.state in PRESENT, entry.written_at, entry.id))
        return {entry.name: entry for entry in found}

    def page(self, sync: str, mapping: str, after: str, limit: int) -> list[RecordEntry]:
        """Up to ``limit`` entries by Id, those behind the Id ``after``."""
        query = select(records.c.id, *(records.c[name] for name in WRITTEN)).where(
            of(sync, mapping), records.c.id > after
        )
        with self.db.read() as connection:
            rows = connection.execute(query.order_by(records.c.id).limit(limit)).mappings()
            return [_entry(row) for row in rows]

    def count_present(self, sync: str, mapping: str) -> int:
        """How many records exist in Daktela."""
        present = records.c.state.in_([state.value for state in PRESENT])
        with self.db.read() as connection:
            query = select(func.count()).select_from(records).where(of(sync, mapping), present)
            return int(connection.execute(query).scalar_one())

    def count_known(self, sync: str) -> dict[str, int]:
        """How many entries each mapping has, in whatever state: read from an index alone."""
        query = select(records.c.mapping, func.count()).where(records.c.sync == sync).group_by(records.c.mapping)
        with self.db.read() as connection:
            return {row[0]: int(row[1]) for row in connection.execute(query)}

    def any_known(self, sync: str, mapping: str) -> bool:
        """Whether there is an entry in any state, an intent included."""
        with self.db.read() as connection:
            return connection.execute(select(records.c.id).where(of(sync, mapping)).limit(1)).first() is not None

    def taken_since(self, sync: str, moment: datetime) -> bool:
        """Whether Daktela has taken a write of any mapping after ``moment``. Reads all entries of the sync at worst."""
        written = and_(records.c.outcome.in_(TAKEN), records.c.written_at > moment)
        with self.db.read() as connection:
            query = select(records.c.id).where(records.c.sync == sync, written).limit(1)
            return connection.execute(query).first() is not None

    def names(self, sync: str, mapping: str, ids: Sequence[str]) -> dict[str, str]:
        """Daktela names by Id of records that can be referred to; a merged record has the name of its winner."""
        present, merged = referable(), records.c.state == MERGED
        named, winners = self.db.mapped(records.c.id, records.c.name), self.db.mapped(records.c.id, records.c.winner)
        query = select(named.filter(present), winners.filter(merged)).where(of(sync, mapping), or_(present, merged))
        known: dict[str, str] = {}
        won: dict[str, str | None] = {}
        asked, wanted = set[str](), list(dict.fromkeys(ids))
        while wanted:
            for row in _rows(self.db, query, "id", wanted, ASKED_AT_ONCE):
                known.update(row[0] or {})
                won.update(row[1] or {})
            asked.update(wanted)
            wanted = [winner for winner in dict.fromkeys(won.values()) if winner and winner not in asked]
        standing = ((id_, known.get(_surviving(won, id_) if id_ in won else id_)) for id_ in ids)
        return {id_: name for id_, name in standing if name is not None}

    def live_digests(self, sync: str, mapping: str, ids: Sequence[str], *, apart_from: str) -> dict[str, str]:
        """Digests of live records by Id, in hexadecimal digits of either case.

        Those that the extraction ``apart_from`` wrote are left out.
        """
        live = and_(records.c.state == RecordState.LIVE.value, records.c.digest.is_not(None))
        digests = self.db.mapped(records.c.id, self.db.hexadecimal(records.c.digest))
        query = select(digests).where(of(sync, mapping), live, records.c.extraction != apart_from)
        found: dict[str, str] = {}
        for row in _rows(self.db, query, "id", ids, ASKED_AT_ONCE):
            found.update(row[0] or {})
        return found

    def accept(self, sync: str, mapping: str, entries: Sequence[RecordEntry], run_id: str = "") -> None:
        """Save what was accepted, unless the entry is newer. The record's lease ends.

        With ``run_id`` the outcomes are remembered as those of that run.
        """
        newest = {entry.id: entry for entry in sorted(entries, key=_age)}
        rows = [_row(sync, mapping, entry) for entry in newest.values()]
        if rows:
            with self.db.write(sync, mapping) as connection:
                self.db.upsert(connection, records, rows, replace=(*WRITTEN, *LEASE), only_if=_not_newer)
                if run_id:
                    remember(self.db, connection, sync, mapping, [_past(each, run_id) for each in newest.values()])

    def mark(self, sync: str, mapping: str, ids: Sequence[str], state: RecordState) -> None:
        """Set the state of entries; unknown Ids get none."""
        if not ids:
            return
        with self.db.write(sync, mapping) as connection:
            for chunk in chunks(ids):
                connection.execute(
                    update(records).where(of(sync, mapping), records.c.id.in_(chunk)).values(state=state.value)
                )

    def give_up(self, sync: str, mapping: str, ids: Sequence[str], extraction: str, most: int) -> bool:
        """Set the state of entries to gone; unknown Ids get none. False, without a change, above ``most``.

        Counted are all entries of the extraction, over all tasks that load its parts.
        """
        if not ids:
            return True
        gone = RecordState.GONE.value
        with self.db.write(sync, mapping) as connection:
            before = and_(of(sync, mapping), records.c.state == gone, records.c.extraction == extraction)
            if len(ids) + connection.execute(select(func.count()).where(before)).scalar_one() > most:
                return False
            for chunk in chunks(ids):
                given_up = {"state": gone, "extraction": extraction, "outcome": Outcome.GONE.value}
                connection.execute(update(records).where(of(sync, mapping), records.c.id.in_(chunk)).values(**given_up))
        return True

    def drop(self, sync: str, mapping: str, entries: Sequence[RecordEntry], holder: str) -> int:
        """Delete entries that ``holder`` has leased and that are still as given; return how many."""
        dropped = 0
        with self.db.write(sync, mapping) as connection:
            for entry in entries:
                standing = and_(
                    of(sync, mapping),
                    records.c.id == entry.id,
                    records.c.holder == holder,
                    records.c.state == entry.state.value,
                    records.c.read_at == entry.read_at,
                )
                dropped += connection.execute(delete(records).where(standing)).rowcount
        return dropped


def _past(entry: RecordEntry, run_id: str) -> PastOutcome:
    return PastOutcome(id=entry.id, run_id=run_id, outcome=entry.outcome or "", at=entry.written_at)


def _not_newer(excluded: Any) -> ColumnElement[bool]:
    """An intent is always replaced; other entries are compared as ``_age`` does."""
    stored = func.coalesce(records.c.stamp, records.c.read_at)
    offered = func.coalesce(excluded.stamp, excluded.read_at)
    return or_(
        records.c.state == RecordState.INTENDED.value,
        stored < offered,
        and_(stored == offered, records.c.read_at <= excluded.read_at),
    )


def _age(entry: RecordEntry) -> tuple[datetime, datetime]:
    """Order by change stamp, then by the moment of reading: formula fields change without a new stamp."""
    return (entry.read_at if entry.stamp is None else entry.stamp, entry.read_at)


def _surviving(won: Mapping[str, str | None], id_: str) -> str:
    """Follow merges to the last winner; a circle ends where it began, at a merged record, which has no name."""
    passed = {id_}
    while (winner := won.get(id_)) and winner not in passed:
        passed.add(winner)
        id_ = winner
    return id_


def _among(db: Database, sync: str, mapping: str, column: str, values: Sequence[str]) -> list[RecordEntry]:
    query = select(records.c.id, *(records.c[name] for name in WRITTEN)).where(of(sync, mapping))
    return [_entry(row._mapping) for row in _rows(db, query, column, values)]


def _rows(db: Database, query: Select[Any], column: str, values: Sequence[str], at_once: int = ASKED) -> Iterator[Any]:
    """The rows of ``query`` whose ``column`` is among ``values``, asked for in the order of the index."""
    return db.rows_among(query, records.c[column], values, at_once)


def _entry(row: Mapping[Any, Any]) -> RecordEntry:
    return RecordEntry(**{**row, "state": RecordState(row["state"])})


@functools.lru_cache
def referable() -> ColumnElement[bool]:
    """The entries of records that others can refer to: their objects exist, under another record once converted."""
    return and_(records.c.state.in_((*PRESENT_VALUES, RecordState.BECAME.value)), records.c.name != "")


@functools.lru_cache
def of(sync: str, mapping: str) -> ColumnElement[bool]:
    """The entries of one mapping."""
    return and_(records.c.sync == sync, records.c.mapping == mapping)


def _row(sync: str, mapping: str, entry: RecordEntry) -> dict[str, Any]:
    values = {name: getattr(entry, name) for name in ("id", *WRITTEN)}
    lease = dict.fromkeys(LEASE)
    return {**values, **lease, "state": entry.state.value, "sync": sync, "mapping": mapping}


def intended(sync: str, mapping: str, intent: Intent, at: datetime) -> dict[str, Any]:
    """The row of a first write without an answer yet."""
    return {
        "sync": sync,
        "mapping": mapping,
        "id": intent.id,
        "name": intent.name,
        "state": RecordState.INTENDED.value,
        "digest": None,
        "stamp": None,
        "read_at": intent.read_at,
        "extraction": intent.extraction,
        "outcome": None,
        "adopted": intent.adopted,
        "written_at": at,
        "winner": None,
        "echo": None,
    }
