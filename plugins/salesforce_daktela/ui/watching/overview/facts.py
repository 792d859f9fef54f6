"""How all syncs are, as it was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from salesforce_daktela.ui.watching.health.facts import Health

RUNS = 12
"""The latest runs of each sync that the page draws."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewFacts:
    """``others`` is whether there are syncs that the user may not see. The troubles say what cannot be read, and why.

    ``now`` is when all this was read, in UTC.
    """

    now: datetime
    syncs: tuple[Health, ...] = ()
    others: bool = False
    folder_trouble: str = ""
    ledger_trouble: str = ""
