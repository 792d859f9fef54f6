"""Outcomes must add up to the rows extracted; then the watermark moves and the run is accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import RunTotals
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.steps.settle.reject_list import first_rejects
from salesforce_daktela.sync.lag import UNKNOWN, Standing, lag_of
from salesforce_daktela.sync.outcome import Outcome
from salesforce_daktela.sync.request import RunRequest
from salesforce_daktela.sync.totals import REJECTED_AGAIN, VANISHED, judge

REJECT_NOTE = "reject."


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
            f", {self.notes[REJECTED_AGAIN]} of the rejected not for the first time"
            if self.notes.get(REJECTED_AGAIN)
            else ""
        )
        gone = "; those gone were taken away in Daktela and stay away" if self.outcomes.get(Outcome.GONE) else ""
        old = f", {self.standing.age()} old" if self.standing.lag is not None else ""
        left = f"; {self.standing.calls()} Salesforce calls left" if self.standing.calls() else ""
        unknown = f"; not found in Salesforce: {', '.join(self.not_found)}" if self.not_found else ""
        moved = f"watermark {self.watermark}{old}"
        return f"{read}: {counted or nothing}{again}{gone}; {moved}{parked}{missing}{left}{unknown}"


def settle(
    spec: SyncSpec,
    mapping: MappingSpec,
    request: RunRequest,
    ledger: Ledger,
    *,
    run_id: str,
    extraction: Mapping[str, Any],
    started: datetime,
    drift: tuple[Mapping[str, object], ...] = (),
    left_out: tuple[str, ...] = (),
    instance_url: str = "",
    failed_tasks: Callable[[], Sequence[str]] = tuple,
) -> RunReport:
    """Judge the run of one mapping and move its watermark if it may move.

    ``drift`` and ``left_out`` are what preflight found out about the mapping. Links to records begin with
    ``instance_url``, the org's address. ``failed_tasks`` names the tasks of the mapping that ran and failed.
    ``extraction`` is ``Extraction.to_dict()``. The caller raises when the report carries a failure.
    """
    parts = ledger.totals.read_parts(spec.name, run_id, mapping.name, extraction["extraction"])
    counts: Counter[str] = Counter()
    notes: Counter[str] = Counter()
    for part in parts:
        counts.update(part.counts)
        notes.update(part.notes)
    verdict = judge(
        extraction["extracted"],
        counts,
        reject_above=mapping.reject_above,
        again=notes[REJECTED_AGAIN],
        vanished=notes[VANISHED],
        failed_tasks=failed_tasks,
    )
    until = extraction["until"]
    if verdict.moves_watermark and request.moves_watermark and until is not None:
        ledger.watermarks.move(
            spec.name,
            mapping.name,
            datetime.fromisoformat(until),
            run_id,
            fingerprint=extraction["fingerprint"],
            everything=extraction["since"] is None,
        )
    watermark = ledger.watermarks.read(spec.name, mapping.name)
    parked = ledger.parking.age(spec.name, mapping.name)
    rejects = _rejects(notes)
    report = RunReport(
        mapping=mapping.name,
        mode=request.mode.value,
        since=extraction["since"],
        until=until,
        extracted=extraction["extracted"],
        outcomes=dict(counts),
        rejects=rejects,
        notes={name: count for name, count in notes.items() if count and not name.startswith(REJECT_NOTE)},
        watermark=None if watermark is None else watermark.isoformat(),
        failure=verdict.failure,
        drift=drift,
        left_out=left_out,
        waiting=parked.children,
        waiting_since=None if parked.since is None else parked.since.isoformat(),
        not_found=tuple(extraction.get("not_found", ())),
        rejected=first_rejects(ledger, spec.name, mapping.name, run_id, instance_url) if rejects else (),
        standing=_standing(watermark, extraction),
    )
    state = "failed" if report.failure else "settled"
    ledger.totals.save_run(_account(spec, report, run_id, started, state=state, calls=extraction.get("calls")))
    return report


def settle_unwritten(
    spec: SyncSpec,
    mapping: MappingSpec,
    request: RunRequest,
    ledger: Ledger,
    *,
    run_id: str,
    state: str,
    started: datetime,
    extraction: Mapping[str, Any] | None = None,
    counts: Mapping[str, int] | None = None,
) -> RunReport:
    """Account for a mapping of which nothing was written: ``state`` is ``deferred``, ``declined`` or ``planned``.

    The watermark stays. A plan whose ``counts`` do not add up to what was extracted carries a failure.
    """
    read: Mapping[str, Any] = {} if extraction is None else extraction
    watermark = ledger.watermarks.read(spec.name, mapping.name)
    extracted = int(read.get("extracted", 0))
    planned = 0 if counts is None else sum(counts.values())
    wrong = counts is not None and planned != extracted
    report = RunReport(
        mapping=mapping.name,
        mode=request.mode.value,
        since=read.get("since"),
        until=read.get("until"),
        extracted=extracted,
        outcomes={} if counts is None else dict(counts),
        rejects=(),
        notes={},
        watermark=None if watermark is None else watermark.isoformat(),
        failure=f"{extracted} records were extracted but {planned} were planned" if wrong else "",
        standing=_standing(watermark, read),
    )
    ledger.totals.save_run(_account(spec, report, run_id, started, state=state, calls=read.get("calls")))
    return report


def _standing(watermark: datetime | None, extraction: Mapping[str, Any]) -> Standing:
    return Standing(
        lag=lag_of(watermark, datetime.now(UTC)),
        calls_left=extraction.get("calls_left"),
        calls_allowed=extraction.get("calls_allowed"),
    )


def _rejects(notes: Mapping[str, int]) -> tuple[Mapping[str, object], ...]:
    counted = sorted(((n, key) for key, n in notes.items() if key.startswith(REJECT_NOTE)), reverse=True)
    rejects = []
    for count, key in counted:
        code, _, field = key.removeprefix(REJECT_NOTE).partition(".")
        rejects.append({"code": code, "field": field, "count": count})
    return tuple(rejects)


def _account(
    spec: SyncSpec, report: RunReport, run_id: str, started: datetime, *, state: str, calls: int | None
) -> RunTotals:
    return RunTotals(
        sync=spec.name,
        run_id=run_id,
        mapping=report.mapping,
        mode=report.mode,
        since=None if report.since is None else datetime.fromisoformat(report.since),
        until=None if report.until is None else datetime.fromisoformat(report.until),
        extracted=report.extracted,
        counts=dict(report.outcomes),
        notes=dict(report.notes),
        state=state,
        started=started,
        finished=datetime.now(UTC),
        calls=calls,
    )
