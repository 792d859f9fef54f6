"""What one mapping did in one run: the report that the ledger keeps and that everybody reads. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from salesforce_daktela.sync.lag import UNKNOWN, Standing
from salesforce_daktela.sync.left_alone import LeftAlone
from salesforce_daktela.sync.outcome import Outcome
from salesforce_daktela.sync.totals import CONVERTED_BOTH, MERGE_REFUSED, OBJECTS_MERGED, REJECTED_AGAIN
from salesforce_daktela.sync.traffic import Traffic, joined, of_daktela, of_salesforce

LOAD, COMPARISON = "load", "comparison"
"""Kinds of reports: of runs that load, and of runs that compare both sides."""

STORED_DIFFERENTLY = "stored_differently."
"""How notes begin that count values which Daktela stores differently: the field and how it differs follow."""

NOT_COUNTED = ("sample", "planned", "mapping")
"""What a report leaves out of a plan: addresses of staged files with values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """What one mapping's run did. ``failure`` is empty for a green run; times are ISO 8601 in UTC.

    ``state`` is settled, failed, deferred, declined or planned; ``deferred`` is the limit that was reached.
    ``waiting`` counts the children that are parked now, of this run and of earlier ones; the first of them has waited
    since ``waiting_since``. ``rejected`` are the first rejected records: Id, code, field, link into Salesforce.
    ``standing`` is the age of the watermark and what is left of Salesforce's calls.
    ``not_found`` are Ids that the run names and that Salesforce does not have, or not for this user.
    ``salesforce_calls`` are the requests of the reading, ``traffic`` what each step has sent. ``plan`` is
    ``MappingPlan.to_dict()``; ``approval`` says who agreed or declined, None where nobody was asked.
    """

    sync: str
    run_id: str
    mapping: str
    mode: str
    state: str = ""
    started: str | None = None
    finished: str | None = None
    since: str | None = None
    until: str | None = None
    extracted: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)
    rejects: tuple[Mapping[str, object], ...] = ()
    notes: Mapping[str, int] = field(default_factory=dict)
    watermark_before: str | None = None
    watermark: str | None = None
    failure: str = ""
    deferred: str = ""
    drift: tuple[Mapping[str, object], ...] = ()
    left_out: tuple[str, ...] = ()
    waiting: int = 0
    waiting_since: str | None = None
    rejected: tuple[Mapping[str, str], ...] = ()
    standing: Standing = UNKNOWN
    not_found: tuple[str, ...] = ()
    salesforce_calls: int | None = None
    traffic: Mapping[str, Traffic] = field(default_factory=dict)
    plan: Mapping[str, Any] | None = None
    approval: Mapping[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, as docs/report-schema.json describes them."""
        return {
            "kind": LOAD,
            "sync": self.sync,
            "run_id": self.run_id,
            "mapping": self.mapping,
            "mode": self.mode,
            "state": self.state,
            "started": self.started,
            "finished": self.finished,
            "since": self.since,
            "until": self.until,
            "extracted": self.extracted,
            "outcomes": dict(self.outcomes),
            "rejects": [dict(reject) for reject in self.rejects],
            "rejected": [dict(reject) for reject in self.rejected],
            "stored_differently": stored_differently(self.notes),
            "notes": dict(self.notes),
            "watermark_before": self.watermark_before,
            "watermark": self.watermark,
            "failure": self.failure,
            "deferred": self.deferred,
            "drift": [dict(change) for change in self.drift],
            "left_out": list(self.left_out),
            "waiting": self.waiting,
            "waiting_since": self.waiting_since,
            **self.standing.to_dict(),
            "not_found": list(self.not_found),
            "salesforce_calls": self.salesforce_calls,
            "salesforce_traffic": traffic_dict(of_salesforce(self.traffic)),
            "daktela": traffic_dict(of_daktela(self.traffic)),
            "plan": _counts_of(self.plan),
            "approval": None if self.approval is None else dict(self.approval),
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
        both = self.notes.get(CONVERTED_BOTH, 0)
        refused = self.notes.get(MERGE_REFUSED, 0)
        unmerged = f", Daktela does not merge {refused} of them" if refused else ""
        two = f"; {both} converted records have an object beside that of their heir{unmerged}" if both else ""
        merged = self.notes.get(OBJECTS_MERGED, 0)
        one = f"; {merged} objects were merged with those of their heirs" if merged else ""
        dialled = sum(self.notes.get(reason, 0) for reason in LeftAlone)
        lists = f"; {dialled} records of dial lists were left as the dialler has them" if dialled else ""
        old = f", {self.standing.age()} old" if self.standing.lag is not None else ""
        left = f"; {self.standing.calls()} Salesforce calls left" if self.standing.calls() else ""
        unknown = f"; not found in Salesforce: {', '.join(self.not_found)}" if self.not_found else ""
        moved = f"watermark {self.watermark}{old}"
        return f"{read}: {counted or nothing}{again}{gone}{two}{one}{lists}; {moved}{parked}{missing}{left}{unknown}"


def traffic_dict(steps: Mapping[str, Traffic]) -> dict[str, Any] | None:
    """Return the traffic of all steps together; None when none was counted.

    The rate is that of the step that sent most: a plan and a load may lie hours apart.
    """
    together = joined(steps.values())
    if together is None:
        return None
    busiest = max(steps.values(), key=lambda each: each.sent.calls)
    return {
        "calls": together.sent.calls,
        "throttled": together.sent.throttled,
        "retries": together.sent.retries,
        "rate": round(busiest.rate, 2),
    }


def stored_differently(notes: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return which fields Daktela stores differently, and in how many records, most frequent first."""
    found = []
    for name, count in notes.items():
        if name.startswith(STORED_DIFFERENTLY):
            path, _, how = name.removeprefix(STORED_DIFFERENTLY).rpartition(".")
            found.append({"field": path, "how": how, "count": count})
    return sorted(found, key=lambda each: (-int(each["count"]), each["field"], each["how"]))


def counted_report(totals: Mapping[str, Any]) -> dict[str, Any]:
    """Return the report of a run of which only totals are kept. ``totals`` are columns of the ledger's table."""
    same = ("sync", "run_id", "mapping", "mode", "state", "extracted")
    known: dict[str, Any] = {name: totals[name] for name in same}
    known.update((name, iso(totals[name])) for name in ("started", "finished", "since", "until"))
    report = RunReport(**known, outcomes=totals["counts"], notes=totals["notes"], salesforce_calls=totals["calls"])
    return report.to_dict()


def iso(moment: datetime | None) -> str | None:
    """Return a moment as reports have it."""
    return None if moment is None else moment.isoformat()


def _counts_of(plan: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if plan is None else {name: value for name, value in plan.items() if name not in NOT_COUNTED}
