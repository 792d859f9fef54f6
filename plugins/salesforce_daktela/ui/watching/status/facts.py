"""How one sync is, as it was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from salesforce_daktela.ui.watching.health.facts import Health

RUNS = 24
"""The latest runs that the page draws."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusFacts:
    """``now`` is when all this was read, in UTC; ``ledger_trouble`` says why the ledger cannot tell."""

    now: datetime
    health: Health
    ledger_trouble: str = ""
