"""What one mapping did in one run: the report that Airflow shows and that the asset event carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from salesforce_daktela.sync.lag import UNKNOWN, Standing
from salesforce_daktela.sync.outcome import Outcome
from salesforce_daktela.sync.totals import REJECTED_AGAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """What one mapping's run did. ``failure`` is empty for a green run; times are ISO 8601 in UTC.

    ``waiting`` counts the children that are parked now, of this run and of earlier ones; the first of them has waited
    since ``waiting_since``. ``rejected`` are the first rejected records: Id, code, field, link into Salesforce.
    ``standing`` is the age of the watermark and what is left of Salesforce's calls.
    ``not_found`` are Ids that the run names and that Salesforce does not have, or not for this user.
    """

    mapping: str
    mode: str
    since: str | None
    until: str | None
    extracted: int
    outcomes: Mapping[str, int]
    rejects: tuple[Mapping[str, object], ...]
    notes: Mapping[str, int]
    watermark: str | None
    failure: str
    drift: tuple[Mapping[str, object], ...] = ()
    left_out: tuple[str, ...] = ()
    waiting: int = 0
    waiting_since: str | None = None
    rejected: tuple[Mapping[str, str], ...] = ()
    standing: Standing = UNKNOWN
    not_found: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, for XCom and the asset event."""
        return {
            "mapping": self.mapping,
            "mode": self.mode,
            "since": self.since,
            "until": self.until,
            "extracted": self.extracted,
            "outcomes": dict(self.outcomes),
            "rejects": [dict(reject) for reject in self.rejects],
            "notes": dict(self.notes),
            "watermark": self.watermark,
            "failure": self.failure,
            "drift": [dict(change) for change in self.drift],
            "left_out": list(self.left_out),
            "waiting": self.waiting,
            "waiting_since": self.waiting_since,
            "rejected": [dict(reject) for reject in self.rejected],
            **self.standing.to_dict(),
            "not_found": list(self.not_found),
        }

    def summary(self) -> str:
        """One line for the task log."""
        counted = ", ".join(f"{count} {outcome}" for outcome, count in sorted(self.outcomes.items()))
        nothing = "none loaded" if self.extracted else "nothing to do"
        missing = f"; left out after a change of schema: {', '.join(self.left_out)}" if self.left_out else ""
        read = f"{self.mapping}: {self.extracted} extracted"
        parked = f"; {self.waiting} wait for parents, the first since {self.waiting_since}" if self.waiting else ""
        again = (
            f", {self.notes[REJECTED_AGAIN]} of the rejected were rejected before"
            if self.notes.get(REJECTED_AGAIN)
            else ""
        )
        gone = "; the gone ones were removed in Daktela and stay removed" if self.outcomes.get(Outcome.GONE) else ""
        old = f", {self.standing.age()} old" if self.standing.lag is not None else ""
        left = f"; {self.standing.calls()} Salesforce calls left" if self.standing.calls() else ""
        unknown = f"; not found in Salesforce: {', '.join(self.not_found)}" if self.not_found else ""
        moved = f"watermark {self.watermark}{old}"
        return f"{read}: {counted or nothing}{again}{gone}; {moved}{parked}{missing}{left}{unknown}"
