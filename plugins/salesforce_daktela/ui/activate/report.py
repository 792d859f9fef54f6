"""What a run did, as the step Activate tells it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.mapping.problems import one_line
from salesforce_daktela.sync.outcome import count_written
from salesforce_daktela.ui.activate.facts import Followed
from salesforce_daktela.ui.runs.ending import show_ending
from salesforce_daktela.ui.runs.outcomes import OutcomeTable, show_outcomes
from salesforce_daktela.ui.runs.plan_words import ways_of
from salesforce_daktela.ui.runs.reported import MappingReport
from salesforce_daktela.ui.wording import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectLine:
    """One reason for rejects, with the task whose log names the records."""

    text: str
    code: str
    task_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """``title`` and ``advice`` sum it up; either may be empty. ``troubles`` are sentences of the product.

    ``failed`` and ``asking`` are ids of tasks to open in Airflow.
    """

    title: str
    advice: str
    table: OutcomeTable | None
    rejects: tuple[RejectLine, ...]
    troubles: tuple[str, ...]
    failed: tuple[str, ...]
    asking: tuple[str, ...]


def show_report(followed: Followed, spec: SyncSpec | None, words: Words) -> ReportView:
    """Return the report of a run; one that goes on has only its questions."""
    states = set() if followed.ledger_trouble else {report.state for report in followed.reports}
    written = any(count_written(report.counts) for report in followed.reports)
    title, advice = show_ending(followed.run, states, asks=bool(followed.asking), written=written, words=words)
    order = [] if spec is None else [mapping.name for mapping in spec.mappings]
    reports = sorted(followed.reports, key=lambda each: order.index(each.mapping) if each.mapping in order else -1)
    counts = [(report.mapping, report.counts) for report in reports]
    return ReportView(
        title=title,
        advice=advice,
        table=show_outcomes(counts, ways_of(spec), words) if counts else None,
        rejects=tuple(line for report in reports for line in _rejects(report, words)),
        troubles=_troubles(followed),
        failed=followed.failed if followed.run.state == "failed" else (),
        asking=() if followed.run.ended else followed.asking,
    )


def _rejects(report: MappingReport, words: Words) -> list[RejectLine]:
    _ = words.gettext
    lines = []
    for reject in report.rejects:
        named = {"count": words.number(reject.count), "mapping": report.mapping, "field": one_line(reject.field)}
        text = _("%(mapping)s: %(count)s in %(field)s") if reject.field else _("%(mapping)s: %(count)s")
        lines.append(RejectLine(text=text % named, code=one_line(reject.code), task_id=f"{report.mapping}.settle"))
    return lines


def _troubles(followed: Followed) -> tuple[str, ...]:
    told = [
        f"{report.mapping}: {reason}"
        for report in followed.reports
        for reason in (report.failure, report.deferred if report.state == "deferred" else "")
        if reason
    ]
    return tuple(one_line(text) for text in [*told, *filter(None, [followed.ledger_trouble])])
