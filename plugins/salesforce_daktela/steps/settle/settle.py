"""Check that outcomes add up to the rows extracted, move the watermark, and save the totals of the run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import RunTotals
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.steps.settle.reject_list import first_rejects
from salesforce_daktela.steps.settle.report import RunReport
from salesforce_daktela.sync.lag import Standing, lag_of
from salesforce_daktela.sync.request import RunRequest
from salesforce_daktela.sync.totals import REJECTED_AGAIN, VANISHED, Verdict, judge

REJECT_NOTE = "reject."


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
    """Decide whether the run of one mapping is green, move its watermark if it may move, and save its totals.

    ``drift`` and ``left_out`` are what preflight found about the mapping. Links to records begin with
    ``instance_url``, the org's address. ``failed_tasks`` names the tasks of the mapping that ran and failed.
    ``extraction`` is ``Extraction.to_dict()``. The caller raises when the report carries a failure.
    """
    counts, notes = _sum_of_parts(spec, mapping, ledger, run_id, extraction)
    verdict = _verdict(mapping, extraction, counts, notes, failed_tasks)
    if verdict.moves_watermark and request.moves_watermark and extraction["until"] is not None:
        _move_watermark(spec, mapping, ledger, run_id, extraction)
    parked, rejects = ledger.parking.age(spec.name, mapping.name), _rejects(notes)
    report = replace(
        _report_of_reading(spec, mapping, request, ledger, extraction),
        outcomes=dict(counts),
        rejects=rejects,
        notes={name: count for name, count in notes.items() if count and not name.startswith(REJECT_NOTE)},
        failure=verdict.failure,
        drift=drift,
        left_out=left_out,
        not_found=tuple(extraction.get("not_found", ())),
        waiting=parked.children,
        waiting_since=None if parked.since is None else parked.since.isoformat(),
        rejected=first_rejects(ledger, spec.name, mapping.name, run_id, instance_url) if rejects else (),
    )
    _save_totals(spec, report, ledger, run_id, started, "failed" if report.failure else "settled", extraction)
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
    """Save the totals of a mapping of which nothing was written; ``state`` is deferred, declined or planned.

    The watermark stays. A plan whose ``counts`` do not add up to what was extracted carries a failure.
    """
    read: Mapping[str, Any] = {} if extraction is None else extraction
    report = _report_of_reading(spec, mapping, request, ledger, read)
    if counts is not None:
        planned = sum(counts.values())
        failure = f"{report.extracted} records were extracted but {planned} were planned"
        report = replace(report, outcomes=dict(counts), failure=failure if planned != report.extracted else "")
    _save_totals(spec, report, ledger, run_id, started, state, read)
    return report


def _sum_of_parts(
    spec: SyncSpec, mapping: MappingSpec, ledger: Ledger, run_id: str, extraction: Mapping[str, Any]
) -> tuple[Counter[str], Counter[str]]:
    """Outcomes and notes of all parts that were loaded."""
    counts: Counter[str] = Counter()
    notes: Counter[str] = Counter()
    for part in ledger.totals.read_parts(spec.name, run_id, mapping.name, extraction["extraction"]):
        counts.update(part.counts)
        notes.update(part.notes)
    return counts, notes


def _verdict(
    mapping: MappingSpec,
    extraction: Mapping[str, Any],
    counts: Mapping[str, int],
    notes: Counter[str],
    failed_tasks: Callable[[], Sequence[str]],
) -> Verdict:
    return judge(
        extraction["extracted"],
        counts,
        reject_above=mapping.reject_above,
        again=notes[REJECTED_AGAIN],
        vanished=notes[VANISHED],
        failed_tasks=failed_tasks,
    )


def _move_watermark(
    spec: SyncSpec, mapping: MappingSpec, ledger: Ledger, run_id: str, extraction: Mapping[str, Any]
) -> None:
    ledger.watermarks.move(
        spec.name,
        mapping.name,
        datetime.fromisoformat(extraction["until"]),
        run_id,
        fingerprint=extraction["fingerprint"],
        everything=extraction["since"] is None,
    )


def _report_of_reading(
    spec: SyncSpec, mapping: MappingSpec, request: RunRequest, ledger: Ledger, extraction: Mapping[str, Any]
) -> RunReport:
    """A report of what was read and of the watermark as it is now; nothing has an outcome yet."""
    watermark = ledger.watermarks.read(spec.name, mapping.name)
    return RunReport(
        mapping=mapping.name,
        mode=request.mode.value,
        since=extraction.get("since"),
        until=extraction.get("until"),
        extracted=int(extraction.get("extracted", 0)),
        outcomes={},
        rejects=(),
        notes={},
        watermark=None if watermark is None else watermark.isoformat(),
        failure="",
        standing=_standing(watermark, extraction),
    )


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


def _save_totals(
    spec: SyncSpec,
    report: RunReport,
    ledger: Ledger,
    run_id: str,
    started: datetime,
    state: str,
    extraction: Mapping[str, Any],
) -> None:
    totals = RunTotals(
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
        calls=extraction.get("calls"),
    )
    ledger.totals.save_run(totals)
