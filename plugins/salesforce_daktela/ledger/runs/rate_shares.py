"""Shares of a sync's request rate: all processes together, on any number of machines, never exceed the rate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, and_, delete, select

from salesforce_daktela.ledger.store import clock
from salesforce_daktela.ledger.store.database import Database
from salesforce_daktela.ledger.store.tables import shares
from salesforce_daktela.sync.rate_shares import Share, share_of

SCOPE = "rate"


@dataclass(frozen=True, slots=True)
class RateShares:
    """Shares of a sync's request rate: all processes together, on any number of machines, never exceed the rate."""

    db: Database

    def take(self, sync: str, holder: str, *, rate: float, wanted: float, seconds: float) -> float:
        """Give ``holder`` its share of ``rate`` for ``seconds`` from now; return it, in requests per second.

        A holder that does not renew its share in time loses it.
        """
        with self.db.write(sync, SCOPE) as connection:
            now = clock.now_of(connection)
            connection.execute(delete(shares).where(shares.c.sync == sync, shares.c.held_until <= now))
            granted = share_of(rate, wanted, _others(connection, sync, holder))
            row = {
                "sync": sync,
                "holder": holder,
                "granted": granted,
                "wanted": wanted,
                "held_until": now + timedelta(seconds=seconds),
            }
            self.db.upsert(connection, shares, [row], replace=("granted", "wanted", "held_until"))
        return granted

    def give_back(self, sync: str, holder: str) -> None:
        """Leave the holder's share to the others at once."""
        with self.db.write(sync, SCOPE) as connection:
            connection.execute(delete(shares).where(_of(sync, holder)))


def _others(connection: Connection, sync: str, holder: str) -> list[Share]:
    query = select(shares.c.granted, shares.c.wanted).where(shares.c.sync == sync, shares.c.holder != holder)
    return [Share(granted=granted, wanted=wanted) for granted, wanted in connection.execute(query)]


def _of(sync: str, holder: str) -> ColumnElement[bool]:
    return and_(shares.c.sync == sync, shares.c.holder == holder)
