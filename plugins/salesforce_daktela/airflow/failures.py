"""Pass failures of every kind from the triggerer to the task, and tell which ones defer the run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from salesforce_daktela.errors import (
    ConfigurationError,
    IntegrityError,
    PipelineError,
    QuotaError,
    ThrottledError,
    TransportError,
)

LONGEST_WAIT = timedelta(hours=1)
"""The longest retry-after that a task waits. A longer one defers the run."""

KINDS = (QuotaError, ThrottledError, ConfigurationError, IntegrityError, TransportError)


def as_json(failure: PipelineError) -> dict[str, Any]:
    """Return a failure as plain JSON values."""
    kind = next((each for each in KINDS if isinstance(failure, each)), TransportError)
    plain = {"kind": kind.__name__, "what": failure.what, "where": failure.where, "advice": failure.advice}
    if isinstance(failure, QuotaError):
        return {**plain, "limit": failure.limit}
    return {**plain, "retry_after": failure.retry_after} if isinstance(failure, ThrottledError) else plain


def failure_of(plain: Mapping[str, Any]) -> PipelineError:
    """The inverse of ``as_json``: a failure of the same kind, retried, deferred or final as the first."""
    kinds: dict[str, type[PipelineError]] = {each.__name__: each for each in KINDS}
    return kinds[plain["kind"]](plain["what"], **{key: plain[key] for key in plain.keys() - {"kind", "what"}})


def deferral_reason(failure: PipelineError) -> str:
    """Return why the run is deferred, a quota or too long a retry-after; empty when the task is tried again instead."""
    if isinstance(failure, QuotaError):
        return str(failure)
    if isinstance(failure, ThrottledError) and (failure.retry_after or 0) > LONGEST_WAIT.total_seconds():
        asked = timedelta(seconds=round(failure.retry_after or 0))
        return f"{failure}; it asks for a pause of {asked}, and no task waits longer than {LONGEST_WAIT}"
    return ""
