"""What to do about a query that Bulk refuses and that is too long for REST. Pure."""

from __future__ import annotations

from salesforce_daktela.errors import ConfigurationError, PipelineError, QuotaError, TransportError
from salesforce_daktela.salesforce.wire.error_codes import CodeKind, folded
from salesforce_daktela.salesforce.wire.errors import BulkRefusedError

USED_UP = tuple(folded(code) for code in ("LIMIT_EXCEEDED", "EXCEEDED_QUOTA"))
"""The codes of a day's jobs, or of their results, when they are used up."""

SHORTER = "map fewer fields of parents or shorten `where`, so that REST can read it"


def neither_way(exc: BulkRefusedError, sobject: str) -> PipelineError:
    """Return the error for a query that no API takes: a refusal that may pass is retried, or defers the run."""
    what, where = f"the query of {sobject} is too long for REST, and Bulk refuses it: {exc.what}", f"query of {sobject}"
    if exc.kind is CodeKind.TIMEOUT:
        return TransportError(what, where=where, advice=f"the next try asks again; if it repeats, {SHORTER}")
    if folded(exc.code) in USED_UP:
        advice = f"the run is deferred; Bulk takes jobs again within 24 hours; to do without it, {SHORTER}"
        return QuotaError(what, limit="DailyBulkV2QueryJobs", where=where, advice=advice)
    return ConfigurationError(what, where=where, advice=f"{SHORTER}, or have an administrator allow Bulk API 2.0")
