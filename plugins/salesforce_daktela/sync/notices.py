"""What people are told of a run, decided from its reports: names, codes and counts, never a value of a record. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from salesforce_daktela.sync.drift import NAMES, ChangeKind, Severity
from salesforce_daktela.sync.findings import FINDINGS
from salesforce_daktela.sync.lag import Standing
from salesforce_daktela.sync.outcome import Outcome
from salesforce_daktela.sync.run_report import COMPARISON
from salesforce_daktela.sync.seen_schema import Side
from salesforce_daktela.sync.totals import VANISHED

MANY_GONE = 10
"""So many records that somebody has removed in Daktela, found by one run, are told; a few are everyday life."""

MOST = 5
"""Reasons and changes that are named; others are counted."""


class NoticeKind(StrEnum):
    """Why somebody is told; the names that ``notify_on`` takes."""

    REJECTS = "rejects"
    FAILED = "failed"
    DEFERRED = "deferred"
    DRIFT = "drift"
    QUESTION = "question"
    GONE = "gone"
    DIFFERENCES = "differences"
    LATE = "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing to tell. ``path`` is the page of the sync that shows it, empty for the page of the run.

    ``about`` tells it from others of its kind and mapping, which are the same without.
    """

    kind: NoticeKind
    mapping: str = ""
    text: str
    path: str = ""
    about: str = ""

    @property
    def about_whom(self) -> str:
        """Its kind and mapping."""
        return f"{self.kind}:{self.mapping}"

    @property
    def key(self) -> str:
        """What makes it the same as one of an earlier run."""
        return f"{self.about_whom}:{_digest(self.about)}"


def notices_of(report: Mapping[str, Any], again: str = "") -> Iterator[Notice]:
    """Return what one mapping's report gives. ``report`` is as docs/report-schema.json describes it.

    ``again`` says when a run that was deferred goes on.
    """
    if report["state"] == "deferred":
        yield _deferred(report, again)
    yield from _of_comparison(report) if report["kind"] == COMPARISON else _of_load(report)
    changes = [change for change in report["drift"] if change["severity"] != Severity.INFO]
    if changes:
        said = f"the schema has changed: {_named([_changed(change) for change in changes])}"
        # What waits is saved: without the values of picklists.
        about = _digest(json.dumps(sorted(json.dumps(change, sort_keys=True) for change in changes)))
        yield Notice(kind=NoticeKind.DRIFT, mapping=report["mapping"], text=said, path="/schema", about=about)


def failed_run(notices: Sequence[Notice], stopped: str = "") -> Iterator[Notice]:
    """Return what is told of a failed run whose reports do not say why. ``stopped`` is why preflight has ended it."""
    if any(notice.kind in (NoticeKind.REJECTS, NoticeKind.FAILED, NoticeKind.GONE) for notice in notices):
        return
    if stopped:
        said = f"nothing was read, preflight has failed: {stopped}"
    else:
        said = "the run has failed; its page says which task, why, and what to do"
    yield Notice(kind=NoticeKind.FAILED, text=said, about=_cause(stopped))


def question(mapping: str, reasons: Sequence[str]) -> Notice:
    """Return what is told when a task waits for an answer."""
    said = f"waits for an answer before it writes, because {'; '.join(reasons)}"
    return Notice(kind=NoticeKind.QUESTION, mapping=mapping, text=said, path="/answers", about=said)


def late(within: timedelta, watermarks: Mapping[str, datetime], now: datetime) -> Iterator[Notice]:
    """Return what is told of mappings whose watermark is older than ``within``; not of those never loaded."""
    for mapping, watermark in watermarks.items():
        lag = now - watermark
        if lag > within:
            ages = Standing(lag=lag).age(), Standing(lag=within).age()
            said = f"what Daktela holds is {ages[0]} old, fresh_within allows {ages[1]}"
            yield Notice(kind=NoticeKind.LATE, mapping=mapping, text=said, path="/status")


def maybe_late(within: timedelta) -> Notice:
    """Return what is told of a missed deadline where no watermark is known."""
    said = f"a run was not over within {Standing(lag=within).age()}, and how old what Daktela holds is cannot be said"
    return Notice(kind=NoticeKind.LATE, text=said, path="/status")


def _deferred(report: Mapping[str, Any], again: str) -> Notice:
    what = "the comparison was deferred" if report["kind"] == COMPARISON else "deferred, the watermark stays"
    said = "; ".join(filter(None, [f"{what}: {report['deferred']}", again]))
    return Notice(kind=NoticeKind.DEFERRED, mapping=report["mapping"], text=said, about=_cause(report["deferred"]))


def _of_load(report: Mapping[str, Any]) -> Iterator[Notice]:
    mapping, outcomes = report["mapping"], report["outcomes"]
    if report["failure"]:
        yield _failure(report)
    elif outcomes.get(Outcome.GONE, 0) >= MANY_GONE:
        said = f"{outcomes[Outcome.GONE]} records were removed in Daktela by somebody else, and stay removed"
        yield Notice(kind=NoticeKind.GONE, mapping=mapping, text=said)


def _failure(report: Mapping[str, Any]) -> Notice:
    mapping, failure = report["mapping"], report["failure"]
    if report["notes"].get(VANISHED):
        return Notice(kind=NoticeKind.GONE, mapping=mapping, text=failure)
    if report["rejects"] and sum(report["outcomes"].values()) == report["extracted"]:
        return _of_rejects(report, NoticeKind.REJECTS)
    return Notice(kind=NoticeKind.FAILED, mapping=mapping, text=failure, about=_cause(failure))


def _of_comparison(report: Mapping[str, Any]) -> Iterator[Notice]:
    if report["state"] == "failed":
        yield _repair_failure(report)
    if report["state"] == "compared" and report["found"]:
        counts = {kind.value: report["counts"].get(kind.value, 0) for kind in FINDINGS}
        said = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in counts.items() if count)
        yield Notice(
            kind=NoticeKind.DIFFERENCES,
            mapping=report["mapping"],
            text=f"both sides differ: {said}; a run with repair puts right what it can",
            path="/reconcile",
            about=said,
        )


def _repair_failure(report: Mapping[str, Any]) -> Notice:
    """Of a repair that has rejected more than a run may; all of its records have an outcome."""
    missing = any(each["code"] == VANISHED for each in report["rejects"])
    return _of_rejects(report, NoticeKind.GONE if missing else NoticeKind.REJECTS)


def _of_rejects(report: Mapping[str, Any], kind: NoticeKind) -> Notice:
    reasons = _named([f"{each['count']} {each['code']} {each['field']}".rstrip() for each in report["rejects"]])
    path = f"/rejects?mapping={quote(report['mapping'], safe='')}"
    said = f"{report['failure']} ({reasons})"
    return Notice(kind=kind, mapping=report["mapping"], text=said, path=path, about=report["run_id"])


def _cause(text: str) -> str:
    """Without counts, moments and Ids: the same cause says the same in each run."""
    return re.sub(r"\S*\d\S*", "#", text)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _changed(change: Mapping[str, Any]) -> str:
    """Without the values of picklists that the change may name."""
    said = ChangeKind(change["kind"]).value.replace("_", " ")
    return f"{NAMES[Side(change['side'])]}'s field {change['field']} ({said})"


def _named(texts: Sequence[str]) -> str:
    more = len(texts) - MOST
    return ", ".join(texts[:MOST]) + (f" and {more} more" if more > 0 else "")
