"""Failures on their way from the triggerer to the task, with their kind; and those that put a run off."""

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
"""As long as a server may have us wait for it; who asks for more puts the run off."""

KINDS = (QuotaError, ThrottledError, ConfigurationError, IntegrityError, TransportError)


def told(failure: PipelineError) -> dict[str, Any]:
    """Return a failure as plain JSON values."""
    kind = next((each for each in KINDS if isinstance(failure, each)), TransportError)
    plain = {"kind": kind.__name__, "what": failure.what, "where": failure.where, "advice": failure.advice}
    if isinstance(failure, QuotaError):
        return {**plain, "limit": failure.limit}
    return {**plain, "retry_after": failure.retry_after} if isinstance(failure, ThrottledError) else plain


def untold(plain: Mapping[str, Any]) -> PipelineError:
    """The inverse of ``told``: a failure of the same kind, which is retried, put off or final as the first was."""
    kinds: dict[str, type[PipelineError]] = {each.__name__: each for each in KINDS}
    return kinds[plain["kind"]](plain["what"], **{key: plain[key] for key in plain.keys() - {"kind", "what"}})


def puts_off(failure: PipelineError) -> str:
    """Why the run is deferred instead of tried again, empty when it is not: a quota, or too long a wait."""
    if isinstance(failure, QuotaError):
        return str(failure)
    if isinstance(failure, ThrottledError) and (failure.retry_after or 0) > LONGEST_WAIT.total_seconds():
        asked = timedelta(seconds=round(failure.retry_after or 0))
        return f"{failure}; it asks for a pause of {asked}, and no task waits longer than {LONGEST_WAIT}"
    return ""
