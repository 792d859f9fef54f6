"""Leases of records: no two runs write the same record at once, on whichever machines they run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, select, update

from salesforce_daktela.ledger.records.accepted import PRESENT, WRITTEN, intended, of
from salesforce_daktela.ledger.records.entries import Claim, RecordEntry, RecordState
from salesforce_daktela.ledger.store.clock import now_of
from salesforce_daktela.ledger.store.database import Database, chunks
from salesforce_daktela.ledger.store.tables import records

SHOWN = ("id", *WRITTEN)


@dataclass(frozen=True, slots=True)
class Leases:
    """Leases of records: no two runs write the same record at once, on whichever machines they run."""

    db: Database

    def take(
        self,
        sync: str,
        mapping: str,
        claims: Sequence[Claim],
        holder: str,
        *,
        seconds: float,
        siblings: Sequence[str] = (),
    ) -> set[str]:
        """Lease the records that no one else has leased and whose entries are as the claims expect; return their Ids.

        The intent of a claim is saved, unless the record exists in Daktela already or another record has its name:
        in this mapping, or, for an adoption, in any of ``siblings``, the mappings that write to the same objects.
        """
        with self.db.write(sync, mapping) as connection:
            if any(claim.intent is not None and claim.intent.adopted for claim in claims):
                self.db.lock(connection, sync, "adoption")
            now = now_of(connection)
            standing = _standing(self.db, connection, sync, mapping, [claim.id for claim in claims])
            names = _owners(self.db, connection, sync, mapping, siblings or (mapping,), claims, now)
            taken: dict[str, Claim] = {}
            for claim in claims:
                row = standing.get(claim.id)
                if _is_free(row, claim, holder, now) and names.setdefault(claim.name, (mapping, claim.id)) == (
                    mapping,
                    claim.id,
                ):
                    taken[claim.id] = claim
            _hold(self.db, connection, sync, mapping, list(taken.values()), holder, now + timedelta(seconds=seconds))
        return set(taken)

    def renew(self, sync: str, mapping: str, ids: Sequence[str], holder: str, *, seconds: float) -> None:
        """Renew the leases that ``holder`` still has, for ``seconds`` from now."""
        with self.db.write(sync, mapping) as connection:
            until = now_of(connection) + timedelta(seconds=seconds)
            for chunk in chunks(ids):
                ours = and_(of(sync, mapping), records.c.id.in_(chunk), records.c.holder == holder)
                connection.execute(update(records).where(ours).values(held_until=until))

    def release(self, sync: str, mapping: str, ids: Sequence[str], holder: str) -> None:
        """End the leases that ``holder`` still has."""
        with self.db.write(sync, mapping) as connection:
            for chunk in chunks(ids):
                ours = and_(of(sync, mapping), records.c.id.in_(chunk), records.c.holder == holder)
                connection.execute(update(records).where(ours).values(holder=None, held_until=None))


def _standing(
    db: Database, connection: Connection, sync: str, mapping: str, ids: Sequence[str]
) -> dict[str, Mapping[str, Any]]:
    columns = [records.c[name] for name in (*SHOWN, "holder", "held_until")]
    query = select(*columns).where(of(sync, mapping), db.among(records.c.id))
    return {row["id"]: dict(row) for row in db.look_up(connection, query, ids).mappings()}


def _owners(
    db: Database,
    connection: Connection,
    sync: str,
    mapping: str,
    siblings: Sequence[str],
    claims: Sequence[Claim],
    now: datetime,
) -> dict[str, tuple[str, str]]:
    """Which Ids own the names that are about to be written for the first time; an intent counts while it is leased."""
    own = [claim.name for claim in claims if claim.intent is not None and not claim.intent.adopted]
    adopted = [claim.name for claim in claims if claim.intent is not None and claim.intent.adopted]
    owners: dict[str, tuple[str, str]] = {}
    for names, mappings in ((own, [mapping]), (adopted, list(siblings))):
        if not names:
            continue
        query = select(records.c.name, records.c.mapping, records.c.id, records.c.state, records.c.held_until).where(
            records.c.sync == sync, records.c.mapping.in_(mappings), db.among(records.c.name)
        )
        for name, owner, id_, state, held_until in db.look_up(connection, query, names):
            if state in PRESENT or (state == RecordState.INTENDED and held_until is not None and held_until > now):
                owners[name] = (owner, id_)
    return owners


def _is_free(row: Mapping[str, Any] | None, claim: Claim, holder: str, now: datetime) -> bool:
    if row is None:
        return claim.expected is None
    if claim.intent is not None and row["state"] in PRESENT:
        return False
    leased = row["holder"] not in (None, holder) and row["held_until"] is not None and row["held_until"] > now
    shown = {name: row[name] for name in SHOWN}
    return not leased and claim.expected == RecordEntry(**{**shown, "state": RecordState(row["state"])})


def _hold(
    db: Database,
    connection: Connection,
    sync: str,
    mapping: str,
    claims: Sequence[Claim],
    holder: str,
    until: datetime,
) -> None:
    lease = {"holder": holder, "held_until": until}
    now = datetime.now(UTC)
    intents = [claim.intent for claim in claims if claim.intent is not None]
    rows = [{**intended(sync, mapping, intent, now), **lease} for intent in intents]
    db.upsert(connection, records, rows, replace=(*WRITTEN, *lease))
    for chunk in chunks([claim.id for claim in claims if claim.intent is None]):
        connection.execute(update(records).where(of(sync, mapping), records.c.id.in_(chunk)).values(**lease))
