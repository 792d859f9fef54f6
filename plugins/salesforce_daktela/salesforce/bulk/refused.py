"""What to do about a query that Bulk refuses or fails at, and that may be too long for REST. Pure."""

from __future__ import annotations

import re

from salesforce_daktela.errors import ConfigurationError, PipelineError, QuotaError, TransportError
from salesforce_daktela.salesforce.wire.error_codes import CodeKind, folded, meaning_of
from salesforce_daktela.salesforce.wire.errors import BulkRefusedError

USED_UP = tuple(folded(code) for code in ("LIMIT_EXCEEDED", "EXCEEDED_QUOTA"))
"""The codes of a day's jobs, or of their results, when they are used up."""

CODE = re.compile(r"\b([A-Z][A-Z_]+) *:")
"""A code within the reason of a failed job, as in `InvalidBatch : Failed to process query: QUERY_TIMEOUT: ...`."""

PASSING = (CodeKind.TIMEOUT, CodeKind.RETRY)

SHORTER = "map fewer fields of parents or shorten `where`, so that REST can read it"


def failure(job_id: str, state: str, reason: str) -> BulkRefusedError:
    """Return the refusal that a job's end amounts to: REST may read what Salesforce has given up in Bulk.

    ``reason`` is Salesforce's, empty when it gave none. The refusal's code is the one that the reason names, if any.
    """
    code = next((each for each in CODE.findall(reason) if meaning_of(each) is not None), "")
    what = f"Bulk job {job_id} is {state}: {reason or 'no reason given'}"
    return BulkRefusedError(what, code=code, status=0, where="Salesforce Bulk API")


def neither_way(exc: BulkRefusedError, sobject: str) -> PipelineError:
    """Return the error for a query that no API takes: a refusal that may pass is retried, or defers the run.

    So is a job that has failed for no reason that is told.
    """
    what, where = f"the query of {sobject} is too long for REST, and Bulk refuses it: {exc.what}", f"query of {sobject}"
    if exc.kind in PASSING or (not exc.code and exc.status == 0):
        return TransportError(what, where=where, advice=f"the next try asks again; if it repeats, {SHORTER}")
    if folded(exc.code) in USED_UP:
        advice = f"the run is deferred; Bulk takes jobs again within 24 hours; to do without it, {SHORTER}"
        return QuotaError(what, limit="DailyBulkV2QueryJobs", where=where, advice=advice)
    return ConfigurationError(what, where=where, advice=f"{SHORTER}, or have an administrator allow Bulk API 2.0")
