"""What one mapping did in a run that compares both sides: its report, and its totals in the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import RunTotals
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.steps.reconcile.comparison import Comparison
from salesforce_daktela.steps.run.differences_left import keep_differences
from salesforce_daktela.steps.run.written_before import written_before
from salesforce_daktela.sync.metrics import left_by
from salesforce_daktela.sync.request import RunRequest
from salesforce_daktela.sync.run_report import COMPARISON, iso, traffic_dict
from salesforce_daktela.sync.totals import REJECTED_AGAIN, VANISHED, Verdict, judge, reject_reasons
from salesforce_daktela.sync.traffic import Traffic, of_daktela, of_salesforce


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconcileReport:
    """Counts and Ids, never a value. Times are ISO 8601 in UTC.

    ``state`` is ``compared``, ``repaired``, ``declined``, ``deferred`` or ``failed``; ``deferred`` is the limit that
    was reached. A repair has failed that has rejected more than a run may: ``failure`` says so, ``rejects`` why.
    ``salesforce`` and ``daktela`` are records on either side; ``repaired`` counts what the repair did.
    ``ids`` is the staged file of all findings, None when it is not kept. ``reasons`` is why somebody had to agree to
    a repair, ``approval`` who answered. ``traffic`` is what each step has sent.
    """

    sync: str
    run_id: str
    mapping: str
    mode: str
    state: str
    started: str | None = None
    finished: str | None = None
    salesforce: int = 0
    daktela: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    samples: Mapping[str, Sequence[str]] = field(default_factory=dict)
    found: int = 0
    repaired: Mapping[str, int] = field(default_factory=dict)
    ids: str | None = None
    drift: tuple[Mapping[str, object], ...] = ()
    left_out: tuple[str, ...] = ()
    rejects: tuple[Mapping[str, object], ...] = ()
    failure: str = ""
    deferred: str = ""
    reasons: tuple[str, ...] = ()
    approval: Mapping[str, Any] | None = None
    salesforce_calls: int | None = None
    traffic: Mapping[str, Traffic] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, as docs/report-schema.json describes them."""
        return {
            "kind": COMPARISON,
            "sync": self.sync,
            "run_id": self.run_id,
            "mapping": self.mapping,
            "mode": self.mode,
            "state": self.state,
            "started": self.started,
            "finished": self.finished,
            "salesforce": self.salesforce,
            "daktela": self.daktela,
            "counts": dict(self.counts),
            "samples": {kind: list(ids) for kind, ids in self.samples.items()},
            "found": self.found,
            "repaired": dict(self.repaired),
            "ids": self.ids,
            "drift": [dict(change) for change in self.drift],
            "left_out": list(self.left_out),
            "rejects": [dict(reject) for reject in self.rejects],
            "failure": self.failure,
            "deferred": self.deferred,
            "reasons": list(self.reasons),
            "approval": None if self.approval is None else dict(self.approval),
            "salesforce_calls": self.salesforce_calls,
            "salesforce_traffic": traffic_dict(of_salesforce(self.traffic)),
            "daktela_calls": traffic_dict(of_daktela(self.traffic)),
        }

    def summary(self) -> str:
        """One line for the task log."""
        read = f"{self.mapping}: {self.salesforce} records in Salesforce, {self.daktela} listed by Daktela"
        counted = ", ".join(f"{count} {kind}" for kind, count in self.counts.items()) or "nothing to compare"
        done = ", ".join(f"{count} {what}" for what, count in sorted(self.repaired.items()))
        return f"{read}: {counted}; {self.state}{f': {done}' if done else ''}"


def settle_comparison(
    spec: SyncSpec,
    request: RunRequest,
    ledger: Ledger,
    comparison: Comparison,
    *,
    run_id: str,
    extraction: str,
    state: str,
    started: datetime,
    repaired: Mapping[str, int],
    calls: int | None,
    begun: datetime | None = None,
    drift: tuple[Mapping[str, object], ...] = (),
    left_out: tuple[str, ...] = (),
    approval: Mapping[str, Any] | None = None,
) -> ReconcileReport:
    """Save the totals of one mapping; no watermark moves. ``calls`` are requests to Salesforce during the reading.

    ``extraction`` is the reading's, whose parts are judged as a run's are when ``state`` is ``repaired``; the caller
    raises for a failure. A declined repair has what tries before have; the first was ``begun`` then, or ``started``.
    """
    if state == "declined":
        repaired = written_before(ledger, spec.name, comparison.mapping, run_id, begun or started)
    counts, notes = ledger.totals.sum_parts(spec.name, run_id, comparison.mapping, extraction)
    verdict = _verdict(spec.mapping(comparison.mapping), counts, notes) if state == "repaired" else Verdict()
    report = replace(
        _compared(_begun(spec, request, ledger, comparison.mapping, run_id, started), comparison),
        state="failed" if verdict.failure else state,
        repaired=dict(repaired),
        drift=drift,
        left_out=left_out,
        rejects=reject_reasons(notes),
        failure=verdict.failure,
        approval=approval,
        salesforce_calls=calls,
    )
    keep_differences(ledger, spec.name, report.mapping, left_by(report.to_dict()))
    _save(report, ledger, state=report.state if report.state in ("declined", "failed") else "settled")
    return report


def _begun(
    spec: SyncSpec, request: RunRequest, ledger: Ledger, mapping: str, run_id: str, started: datetime
) -> ReconcileReport:
    """What each report of a mapping begins with; its state is that of one that was not compared to the end."""
    return ReconcileReport(
        sync=spec.name,
        run_id=run_id,
        mapping=mapping,
        mode=request.mode.value,
        state="deferred",
        started=iso(started.astimezone(UTC)),
        finished=iso(datetime.now(UTC)),
        traffic=ledger.traffic.read(spec.name, run_id, mapping),
    )


def _compared(report: ReconcileReport, comparison: Comparison) -> ReconcileReport:
    return replace(
        report,
        salesforce=comparison.salesforce,
        daktela=comparison.daktela,
        counts=dict(comparison.counts),
        samples=dict(comparison.samples),
        found=comparison.found,
        ids=comparison.findings["path"] if comparison.findings["rows"] else None,
        reasons=comparison.reasons,
    )


def _verdict(mapping: MappingSpec, counts: Mapping[str, int], notes: Mapping[str, int]) -> Verdict:
    """Judge what a repair has done, of which all records have an outcome."""
    return judge(
        sum(counts.values()),
        counts,
        reject_above=mapping.reject_above,
        again=notes.get(REJECTED_AGAIN, 0),
        vanished=notes.get(VANISHED, 0),
    )


def settle_deferred(
    spec: SyncSpec, request: RunRequest, ledger: Ledger, mapping: str, *, run_id: str, started: datetime, deferred: str
) -> None:
    """Save the totals of a mapping that was not compared to the end; ``deferred`` is the limit that was reached."""
    report = replace(_begun(spec, request, ledger, mapping, run_id, started), deferred=deferred)
    _save(report, ledger, state="deferred")


def _save(report: ReconcileReport, ledger: Ledger, *, state: str) -> None:
    totals = RunTotals(
        sync=report.sync,
        run_id=report.run_id,
        mapping=report.mapping,
        mode=report.mode,
        since=None,
        until=None,
        extracted=report.salesforce,
        counts=dict(report.counts),
        notes=dict(report.repaired),
        state=state,
        started=datetime.fromisoformat(report.started) if report.started else datetime.now(UTC),
        finished=datetime.fromisoformat(report.finished) if report.finished else datetime.now(UTC),
        calls=report.salesforce_calls,
    )
    ledger.totals.save_run(totals, report.to_dict())
