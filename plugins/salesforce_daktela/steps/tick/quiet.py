"""Settle a run that has nothing to do: nothing was extracted, and the watermarks move on."""

from __future__ import annotations

import uuid
from datetime import datetime

from salesforce_daktela.mapping.model import MappingSpec
from salesforce_daktela.steps.extract.extraction import Extraction
from salesforce_daktela.steps.settle.settle import settle
from salesforce_daktela.steps.tick.probe import Probe, Probed
from salesforce_daktela.sync.run_report import RunReport
from salesforce_daktela.sync.traffic import EXTRACT, Traffic
from salesforce_daktela.sync.window import Window


def settle_quiet(probe: Probe, probed: Probed, *, started: datetime, asked: Traffic) -> tuple[RunReport, ...]:
    """Save the report of each mapping. What was ``asked`` of Salesforce counts for the first one."""
    reports: list[RunReport] = []
    for name, window in probed.windows.items():
        if window is None:
            continue
        if not reports:
            probe.ledger.traffic.add(probe.spec.name, probe.run_id, name, EXTRACT, asked)
        calls = 0 if reports else asked.sent.calls
        reports.append(_settle(probe, probed, probe.spec.mapping(name), window, started, calls))
    return tuple(reports)


def _settle(
    probe: Probe, probed: Probed, mapping: MappingSpec, window: Window, started: datetime, calls: int
) -> RunReport:
    facts, usage = probed.facts.mappings[mapping.name], probe.salesforce.usage
    extraction = Extraction(
        extraction=uuid.uuid4().hex[:12],
        api="composite",
        since=window.since,
        until=window.until,
        read_at=probed.facts.now,
        parts=(),
        departures=(),
        fingerprint=facts.fingerprint,
        calls=calls,
        calls_left=None if usage is None else usage.max - usage.used,
        calls_allowed=None if usage is None else usage.max,
    )
    return settle(
        probe.spec,
        mapping,
        probe.request,
        probe.ledger,
        run_id=probe.run_id,
        extraction=extraction.to_dict(),
        started=started,
        left_out=facts.left_out,
        instance_url=probed.facts.instance_url,
    )
