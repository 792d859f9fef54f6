"""Bulk API 2.0 query jobs: their rows, and their states from UploadComplete to the end."""

from __future__ import annotations

import base64
import binascii
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.salesforce.ids import record_id
from sandbox.salesforce.org import Org
from sandbox.salesforce.rendered import RenderedPages
from sandbox.salesforce.replies import ApiError
from sandbox.salesforce.results import ResultSet
from sandbox.salesforce.soql.dates import stored

DELIMITERS = {
    "COMMA": ",", "TAB": "\t", "PIPE": "|", "SEMICOLON": ";", "CARET": "^", "BACKQUOTE": "`",
}  # fmt: skip
LINE_ENDINGS = {"LF": "\n", "CRLF": "\r\n"}
OPEN_STATES = ("UploadComplete", "InProgress")
KEPT_JOBS = 500
"""Older jobs are deleted, with their snapshots."""


@dataclass(slots=True, kw_only=True)
class Job:
    """One query job. ``version`` is the API version of its creation, as `59.0`.

    ``outcome`` is decided at the creation; None means that the switch decides while the job runs.
    """

    id: str
    operation: str
    rows: ResultSet
    version: str
    delimiter: str
    line_ending: str
    created: datetime
    user_id: str
    outcome: str | None = None
    state: str = "UploadComplete"
    polls: int = 0
    pages: RenderedPages = field(default_factory=RenderedPages)
    modified: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.modified = self.created

    @property
    def open(self) -> bool:
        """Whether it is running and can be aborted."""
        return self.state in OPEN_STATES

    def close(self) -> None:
        """Release its snapshot and its pages."""
        self.rows.close()
        self.pages.close()


class Jobs:
    """The query jobs of an org."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self.created_count = 0

    def add(self, operation: str, rows: ResultSet, version: str, delimiter: str, line_ending: str) -> Job:
        """Create a job for rows that are already found."""
        self.created_count += 1
        job = Job(
            id=record_id("750", self.created_count),
            operation=operation,
            rows=rows,
            version=version,
            delimiter=delimiter,
            line_ending=line_ending,
            created=self._org.clock(),
            user_id=self._org.user_id,
            outcome=self._outcome(),
        )
        self._jobs[job.id] = job
        if len(self._jobs) > KEPT_JOBS:
            self._jobs.popitem(last=False)[1].close()
        return job

    def get(self, job_id: str) -> Job:
        """Return a job by its Id of 15 or 18 characters. Raises ApiError 404."""
        for known in (job_id, *(each for each in self._jobs if each[:15] == job_id)):
            if known in self._jobs:
                return self._jobs[known]
        raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")

    def all(self) -> list[Job]:
        """Return every job, the latest first."""
        return list(reversed(self._jobs.values()))

    def poll(self, job: Job) -> None:
        """Update a job after one status request."""
        if not job.open:
            return
        switches = self._org.switches
        job.polls += 1
        slow = {each.lower() for each in switches.bulk_slow} & {"*", job.rows.plan.sobject.name.lower()}
        waited = not slow or (self._org.clock() - job.created).total_seconds() >= switches.bulk_seconds
        outcome = job.outcome or switches.bulk_outcome
        if job.polls <= switches.bulk_polls or not waited or outcome == "stuck":
            self._turn(job, "InProgress")
            return
        ends = {"complete": "JobComplete", "failed": "Failed", "aborted": "Aborted"}
        self._turn(job, ends[outcome])

    def abort(self, job: Job) -> None:
        """Stop a job. Raises ApiError when it has ended."""
        if not job.open:
            raise ApiError(400, "API_ERROR", f"Job {job.id} cannot be aborted: its state is {job.state}")
        self._turn(job, "Aborted")

    def delete(self, job: Job) -> None:
        """Delete a job that has ended. Raises ApiError otherwise."""
        if job.open:
            raise ApiError(400, "API_ERROR", f"Job {job.id} can not be deleted because the job is not terminated")
        self.expire(job)

    def info(self, job: Job, *, full: bool = True) -> dict[str, Any]:
        """Return the job as JSON; ``full`` adds the counts, which the reply to a creation does not have."""
        switches = self._org.switches
        described: dict[str, Any] = {
            "id": job.id,
            "operation": job.operation,
            "object": job.rows.plan.sobject.name,
            "createdById": job.user_id,
            "createdDate": stored(job.created)[:23] + "+0000",
            "systemModstamp": stored(job.modified)[:23] + "+0000",
            "state": job.state,
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": float(job.version),
            "lineEnding": job.line_ending,
            "columnDelimiter": job.delimiter,
        }
        if full:
            done = job.state == "JobComplete"
            count = len(job.rows) + switches.bulk_job_total if done else 0
            spent = int((job.modified - job.created).total_seconds() * 1000)
            described |= {
                "jobType": "V2Query",
                "numberRecordsProcessed": max(0, count),
                "retries": 0,
                "totalProcessingTime": spent,
                "isPkChunkingSupported": True,
            }
        if job.state == "Failed" and switches.bulk_error_message:
            described["errorMessage"] = switches.bulk_error_text
        return described

    def close(self) -> None:
        """Release all snapshots."""
        for job in self._jobs.values():
            job.close()
        self._jobs.clear()

    def expire(self, job: Job) -> None:
        """Delete a job in any state, as Salesforce does after a week."""
        del self._jobs[job.id]
        job.close()

    def _outcome(self) -> str | None:
        switches = self._org.switches
        if switches.bulk_outcome_jobs is None:
            return None
        return switches.bulk_outcome if self._org.count_down("bulk_outcome_jobs") else "complete"

    def _turn(self, job: Job, state: str) -> None:
        job.state, job.modified = state, self._org.clock()


def page_locator(offset: int) -> str:
    """Return the opaque name of the page that begins at ``offset``."""
    return base64.b64encode(str(offset).encode()).decode()


def page_offset(locator: str) -> int:
    """Return the offset of a locator. Raises ApiError 400."""
    try:
        return int(base64.b64decode(locator, validate=True).decode())
    except (binascii.Error, ValueError):
        raise ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator") from None
