"""Where runs have staged their parts, so that a folder is cleared after the setting has named another one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from salesforce_daktela.ledger.runs.cache import Cache
from salesforce_daktela.ledger.store.kept_keys import Kind, kept_key

FRESH = timedelta(days=1)
"""How exactly the last use of a place is known, so that most runs save nothing."""


@dataclass(frozen=True, slots=True)
class StagingPlaces:
    """Places as URLs. Losing one leaves parts there for good."""

    cache: Cache

    def use(self, place: str, at: datetime) -> dict[str, datetime]:
        """Remember that a run begins with its parts in ``place``; return the other places and their last use."""
        known = self.cache.times(Kind.STAGING)
        used = known.pop(place, None)
        if used is None or used < at - FRESH:
            self.cache.keep(kept_key(Kind.STAGING, place), b"", at)
        return known

    def besides(self, place: str) -> list[str]:
        """The places other than ``place`` that may still hold parts."""
        return sorted(self.cache.times(Kind.STAGING).keys() - {place})

    def leave(self, place: str) -> None:
        """Forget a place: nothing is left there."""
        self.cache.remove(kept_key(Kind.STAGING, place))
