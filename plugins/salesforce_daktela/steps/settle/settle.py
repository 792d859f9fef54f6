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
from salesforce_daktela.steps.run.written_before import written_before
from salesforce_daktela.steps.settle.reject_list import first_rejects
from salesforce_daktela.sync.lag import Standing, lag_of
from salesforce_daktela.sync.outcome import Outcome
from salesforce_daktela.sync.request import RunRequest
from salesforce_daktela.sync.run_report import RunReport, iso
from salesforce_daktela.sync.totals import REJECT_NOTE, REJECTED_AGAIN, VANISHED, Verdict, judge, reject_reasons


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
    deferred: str = "",
    plan: Mapping[str, Any] | None = None,
    approval: Mapping[str, Any] | None = None,
) -> RunReport:
    """Decide whether the run of one mapping is green, move its watermark if it may move, and save its totals.

    ``drift`` and ``left_out`` are what preflight found about the mapping. Links to records begin with
    ``instance_url``, the org's address. ``failed_tasks`` names the tasks of the mapping that ran and failed.
    ``deferred`` is why a load task has deferred the run: unless another has failed, its records count as deferred.
    ``extraction`` is ``Extraction.to_dict()``, ``plan`` ``MappingPlan.to_dict()``, ``approval`` the answer to it.
    The caller raises when the report carries a failure.
    """
    before = _watermark_before(spec, mapping, ledger, run_id)
    counts, notes = ledger.totals.sum_parts(spec.name, run_id, mapping.name, extraction["extraction"])
    deferred = _count_deferred(counts, extraction, deferred, failed_tasks)
    verdict = _verdict(mapping, extraction, counts, notes, failed_tasks)
    if verdict.moves_watermark and request.moves_watermark and extraction["until"] is not None:
        _move_watermark(spec, mapping, ledger, run_id, extraction)
    report = _report_of_reading(spec, mapping, request, ledger, run_id, started, extraction)
    report = replace(report, watermark_before=before, drift=drift, left_out=left_out, plan=plan, approval=approval)
    report = replace(report, not_found=tuple(extraction.get("not_found", ())))
    report = _with_outcomes(report, counts, verdict, deferred)
    return _saved(_with_waiting(_with_rejects(report, notes, ledger, instance_url), ledger), ledger)


def settle_unwritten(
    spec: SyncSpec,
    mapping: MappingSpec,
    request: RunRequest,
    ledger: Ledger,
    *,
    run_id: str,
    state: str,
    started: datetime,
    begun: datetime | None = None,
    extraction: Mapping[str, Any] | None = None,
    counts: Mapping[str, int] | None = None,
    failure: str = "",
    drift: tuple[Mapping[str, object], ...] = (),
    left_out: tuple[str, ...] = (),
    plan: Mapping[str, Any] | None = None,
    approval: Mapping[str, Any] | None = None,
) -> RunReport:
    """Save the totals of a mapping that this try has not loaded; ``state`` is deferred, declined, planned or failed.

    What a try before this has written counts; the first was ``begun`` then, or ``started``. The watermark stays. A plan
    whose ``counts`` do not add up to what was extracted carries a failure. The rest is as for ``settle``.
    """
    read: Mapping[str, Any] = {} if extraction is None else extraction
    report = _report_of_reading(spec, mapping, request, ledger, run_id, started, read)
    failure = _miscounted(report.extracted, counts) or failure
    if state != "planned":
        counts = _written_before(spec, mapping, ledger, run_id, begun or started, read)
    report = replace(
        report,
        state=state,
        watermark_before=_watermark_before(spec, mapping, ledger, run_id),
        outcomes=dict(counts or {}),
        failure=failure,
        drift=drift,
        left_out=left_out,
        plan=plan,
        approval=approval,
    )
    return _saved(report, ledger)


def _miscounted(extracted: int, counts: Mapping[str, int] | None) -> str:
    """What is wrong with the sum of a plan; nothing without one."""
    planned = extracted if counts is None else sum(counts.values())
    return f"{extracted} records were extracted but {planned} were planned" if planned != extracted else ""


def _written_before(
    spec: SyncSpec, mapping: MappingSpec, ledger: Ledger, run_id: str, begun: datetime, extraction: Mapping[str, Any]
) -> Counter[str]:
    """Outcomes of earlier tries. When they have written, records that were read and have none count as deferred."""
    counts = written_before(ledger, spec.name, mapping.name, run_id, begun)
    if counts and "extraction" in extraction:
        parts, _ = ledger.totals.sum_parts(spec.name, run_id, mapping.name, extraction["extraction"])
        counts[Outcome.UNCHANGED.value] = parts[Outcome.UNCHANGED.value]
        counts[Outcome.DEFERRED.value] = max(0, extraction["extracted"] - counts.total())
    return +counts


def _count_deferred(
    counts: Counter[str], extraction: Mapping[str, Any], reason: str, failed_tasks: Callable[[], Sequence[str]]
) -> str:
    """Count what a stopped load has left as deferred, unless a task has failed; return the reason, empty for none."""
    left = extraction["extracted"] - sum(counts.values())
    if not reason or left <= 0 or failed_tasks():
        return ""
    counts[Outcome.DEFERRED.value] = left
    return reason


def _with_outcomes(report: RunReport, counts: Mapping[str, int], verdict: Verdict, deferred: str) -> RunReport:
    state = "failed" if verdict.failure else "deferred" if deferred else "settled"
    return replace(report, state=state, deferred=deferred, outcomes=dict(counts), failure=verdict.failure)


def _with_rejects(report: RunReport, notes: Mapping[str, int], ledger: Ledger, instance_url: str) -> RunReport:
    """The report with what the parts have noted: reasons of rejects with the first of them, and everything else."""
    rejects = reject_reasons(notes)
    first = first_rejects(ledger, report.sync, report.mapping, report.run_id, instance_url) if rejects else ()
    others = {name: count for name, count in notes.items() if count and not name.startswith(REJECT_NOTE)}
    return replace(report, rejects=rejects, rejected=first, notes=others)


def _with_waiting(report: RunReport, ledger: Ledger) -> RunReport:
    parked = ledger.parking.age(report.sync, report.mapping)
    return replace(report, waiting=parked.children, waiting_since=iso(parked.since))


def _watermark_before(spec: SyncSpec, mapping: MappingSpec, ledger: Ledger, run_id: str) -> str | None:
    """The watermark that the run has found. A run that settles once more has moved it already."""
    earlier = ledger.reports.of_mapping(spec.name, run_id, mapping.name)
    if earlier is not None and earlier.get("watermark") is not None:
        found: str | None = earlier["watermark_before"]
        return found
    return iso(ledger.watermarks.read(spec.name, mapping.name))


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
    until = datetime.fromisoformat(extraction["until"])
    ledger.rows_seen.confirm(spec.name, mapping.name, run_id, until)
    ledger.watermarks.move(
        spec.name,
        mapping.name,
        until,
        run_id,
        fingerprint=extraction["fingerprint"],
        everything=extraction["since"] is None,
    )


def _report_of_reading(
    spec: SyncSpec,
    mapping: MappingSpec,
    request: RunRequest,
    ledger: Ledger,
    run_id: str,
    started: datetime,
    extraction: Mapping[str, Any],
) -> RunReport:
    """A report of what was read and of the watermark as it is now; nothing has an outcome yet."""
    watermark = ledger.watermarks.read(spec.name, mapping.name)
    return RunReport(
        sync=spec.name,
        run_id=run_id,
        mapping=mapping.name,
        mode=request.mode.value,
        started=iso(started.astimezone(UTC)),
        finished=iso(datetime.now(UTC)),
        since=extraction.get("since"),
        until=extraction.get("until"),
        extracted=int(extraction.get("extracted", 0)),
        watermark=iso(watermark),
        deferred=extraction.get("deferred", ""),
        standing=_standing(watermark, extraction),
        salesforce_calls=extraction.get("calls"),
        traffic=ledger.traffic.read(spec.name, run_id, mapping.name),
    )


def _standing(watermark: datetime | None, extraction: Mapping[str, Any]) -> Standing:
    return Standing(
        lag=lag_of(watermark, datetime.now(UTC)),
        calls_left=extraction.get("calls_left"),
        calls_allowed=extraction.get("calls_allowed"),
    )


def _saved(report: RunReport, ledger: Ledger) -> RunReport:
    totals = RunTotals(
        sync=report.sync,
        run_id=report.run_id,
        mapping=report.mapping,
        mode=report.mode,
        since=_moment(report.since),
        until=_moment(report.until),
        extracted=report.extracted,
        counts=dict(report.outcomes),
        notes=dict(report.notes),
        state=report.state,
        started=_moment(report.started) or datetime.now(UTC),
        finished=_moment(report.finished) or datetime.now(UTC),
        calls=report.salesforce_calls,
    )
    ledger.totals.save_run(totals, report.to_dict())
    return report


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
