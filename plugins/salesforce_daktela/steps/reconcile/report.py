"""What one mapping did in a run that compares both sides: its report, and its totals in the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import RunTotals
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.steps.reconcile.comparison import Comparison
from salesforce_daktela.sync.request import RunRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconcileReport:
    """Counts and Ids, never a value.

    ``state`` is ``compared``, ``repaired``, ``declined`` or ``deferred``; ``repaired`` counts what the repair did.
    ``ids`` is the staged file of all findings, None when it is not kept.
    """

    mapping: str
    state: str
    salesforce: int
    daktela: int
    counts: Mapping[str, int]
    samples: Mapping[str, Sequence[str]]
    found: int
    repaired: Mapping[str, int]
    ids: str | None
    drift: tuple[Mapping[str, object], ...] = ()
    left_out: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        comparison: Comparison,
        state: str,
        *,
        repaired: Mapping[str, int],
        drift: tuple[Mapping[str, object], ...],
        left_out: tuple[str, ...],
    ) -> ReconcileReport:
        """The report of a comparison, and of what its repair did."""
        return cls(
            mapping=comparison.mapping,
            state=state,
            salesforce=comparison.salesforce,
            daktela=comparison.daktela,
            counts=dict(comparison.counts),
            samples=dict(comparison.samples),
            found=comparison.found,
            repaired=dict(repaired),
            ids=comparison.findings["path"] if comparison.findings["rows"] else None,
            drift=drift,
            left_out=left_out,
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, for XCom and the asset event."""
        return {**asdict(self), "drift": [dict(change) for change in self.drift], "left_out": list(self.left_out)}

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
    state: str,
    started: datetime,
    repaired: Mapping[str, int],
    calls: int | None,
    drift: tuple[Mapping[str, object], ...] = (),
    left_out: tuple[str, ...] = (),
) -> ReconcileReport:
    """Save the totals of one mapping; no watermark moves. ``calls`` are requests to Salesforce during the reading."""
    report = ReconcileReport.of(comparison, state, repaired=repaired, drift=drift, left_out=left_out)
    _save_totals(
        spec,
        request,
        ledger,
        comparison.mapping,
        run_id=run_id,
        state="declined" if state == "declined" else "settled",
        started=started,
        extracted=comparison.salesforce,
        counts=report.counts,
        notes=report.repaired,
        calls=calls,
    )
    return report


def settle_deferred(
    spec: SyncSpec, request: RunRequest, ledger: Ledger, mapping: str, *, run_id: str, started: datetime
) -> None:
    """Save the totals of a mapping that was not compared: an allowance of Salesforce is used up to its reserve."""
    _save_totals(
        spec,
        request,
        ledger,
        mapping,
        run_id=run_id,
        state="deferred",
        started=started,
        extracted=0,
        counts={},
        notes={},
        calls=None,
    )


def _save_totals(
    spec: SyncSpec,
    request: RunRequest,
    ledger: Ledger,
    mapping: str,
    *,
    run_id: str,
    state: str,
    started: datetime,
    extracted: int,
    counts: Mapping[str, int],
    notes: Mapping[str, int],
    calls: int | None,
) -> None:
    ledger.totals.save_run(
        RunTotals(
            sync=spec.name,
            run_id=run_id,
            mapping=mapping,
            mode=request.mode.value,
            since=None,
            until=None,
            extracted=extracted,
            counts=dict(counts),
            notes=dict(notes),
            state=state,
            started=started,
            finished=datetime.now(UTC),
            calls=calls,
        )
    )
