"""What Daktela last accepted for each Salesforce Id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from salesforce_daktela.ledger.database import Database, chunks
from salesforce_daktela.ledger.entries import Intent, RecordEntry, RecordState
from salesforce_daktela.ledger.tables import records

WRITTEN = ("name", "state", "digest", "stamp", "read_at", "extraction", "outcome", "adopted", "written_at", "winner")
LEASE = ("holder", "held_until")
PRESENT = (RecordState.LIVE, RecordState.KEPT, RecordState.MARKED)
"""States of records that Daktela holds, so that others can refer to them."""


def read(db: Database, sync: str, mapping: str, ids: Sequence[str]) -> dict[str, RecordEntry]:
    """Entries by Id; unknown Ids are absent."""
    return {entry.id: entry for entry in _among(db, sync, mapping, "id", ids)}


def by_name(db: Database, sync: str, mapping: str, names: Sequence[str]) -> dict[str, RecordEntry]:
    """Entries by name. Where several Ids claim one name, the one that Daktela holds; of those the latest written."""
    found = _among(db, sync, mapping, "name", names)
    found.sort(key=lambda entry: (entry.state in PRESENT, entry.written_at, entry.id))
    return {entry.name: entry for entry in found}


def count_present(db: Database, sync: str, mapping: str) -> int:
    """How many records Daktela holds."""
    present = records.c.state.in_([state.value for state in PRESENT])
    with db.read() as connection:
        query = select(func.count()).select_from(records).where(of(sync, mapping), present)
        return int(connection.execute(query).scalar_one())


def any_known(db: Database, sync: str, mapping: str) -> bool:
    """Whether there is an entry in any state, an intent included."""
    with db.read() as connection:
        return connection.execute(select(records.c.id).where(of(sync, mapping)).limit(1)).first() is not None


def names(db: Database, sync: str, mapping: str, ids: Sequence[str]) -> dict[str, str]:
    """Daktela names by Id, of records that can be referred to; a merged record goes by its winner's name."""
    found: dict[str, RecordEntry] = {}
    wanted = list(dict.fromkeys(ids))
    while wanted:
        found.update(read(db, sync, mapping, wanted))
        winners = {entry.winner for entry in found.values() if entry.state is RecordState.MERGED and entry.winner}
        wanted = sorted(winners - found.keys() - set(wanted))
    named = {id_: _surviving(found, id_) for id_ in ids}
    return {id_: entry.name for id_, entry in named.items() if entry is not None and entry.state in PRESENT}


def accept(db: Database, sync: str, mapping: str, entries: Sequence[RecordEntry]) -> None:
    """Remember what was accepted, unless the entry is of something newer. Nobody holds the record afterwards."""
    newest = {entry.id: entry for entry in sorted(entries, key=_age)}
    rows = [_row(sync, mapping, entry) for entry in newest.values()]
    if rows:
        with db.write(sync, mapping) as connection:
            db.upsert(connection, records, rows, replace=(*WRITTEN, *LEASE), only_if=_not_newer)


def mark(db: Database, sync: str, mapping: str, ids: Sequence[str], state: RecordState) -> None:
    """Give entries another state; unknown Ids stay unknown."""
    if not ids:
        return
    with db.write(sync, mapping) as connection:
        for chunk in chunks(ids):
            connection.execute(
                update(records).where(of(sync, mapping), records.c.id.in_(chunk)).values(state=state.value)
            )


def _not_newer(excluded: Any) -> ColumnElement[bool]:
    """An intent holds nothing yet; otherwise compare as ``_age`` does."""
    held = func.coalesce(records.c.stamp, records.c.read_at)
    offered = func.coalesce(excluded.stamp, excluded.read_at)
    return or_(
        records.c.state == RecordState.INTENDED.value,
        held < offered,
        and_(held == offered, records.c.read_at <= excluded.read_at),
    )


def _age(entry: RecordEntry) -> tuple[datetime, datetime]:
    """Order by change stamp, then by the moment of reading: formula fields change without a new stamp."""
    return (entry.read_at if entry.stamp is None else entry.stamp, entry.read_at)


def _surviving(found: Mapping[str, RecordEntry], id_: str) -> RecordEntry | None:
    """Follow a merge to its end; a circle ends where it began, at a record that is merged and so has no name."""
    entry, passed = found.get(id_), {id_}
    while entry is not None and entry.state is RecordState.MERGED and entry.winner and entry.winner not in passed:
        passed.add(entry.winner)
        entry = found.get(entry.winner)
    return entry


def _among(db: Database, sync: str, mapping: str, column: str, values: Sequence[str]) -> list[RecordEntry]:
    query = select(records.c.id, *(records.c[name] for name in WRITTEN)).where(of(sync, mapping))
    found: list[RecordEntry] = []
    with db.read() as connection:
        for chunk in chunks(values):
            rows = connection.execute(query.where(records.c[column].in_(chunk))).mappings()
            found.extend(RecordEntry(**{**row, "state": RecordState(row["state"])}) for row in rows)
    return found


def of(sync: str, mapping: str) -> ColumnElement[bool]:
    """The entries of one mapping."""
    return and_(records.c.sync == sync, records.c.mapping == mapping)


def _row(sync: str, mapping: str, entry: RecordEntry) -> dict[str, Any]:
    values = {name: getattr(entry, name) for name in ("id", *WRITTEN)}
    lease = dict.fromkeys(LEASE)
    return {**values, **lease, "state": entry.state.value, "sync": sync, "mapping": mapping}


def intended(sync: str, mapping: str, intent: Intent, at: datetime) -> dict[str, Any]:
    """The row of a first write that nobody has answered yet."""
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
    }
