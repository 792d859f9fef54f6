"""Decides which requests are retried, how often, and after how many seconds."""

from __future__ import annotations

import random

from salesforce_daktela.daktela.wire.errors import DaktelaError, ErrorKind

LONGEST_WAIT = 120.0
"""Seconds: the longest wait within a task, whatever Daktela asks for."""

TOO_LONG = 3600.0
"""Seconds. Who asks for more is asked once more, in case one reply was wrong; then the task gives up."""

TRIES = 7
TRIES_WHEN_THROTTLED = 10
"""After a 429 nothing was done and waiting helps, so there are more tries."""

PASSING = (408, 425, 502, 503, 504)
"""Statuses of a proxy in front of the instance: they pass. A 500 belongs to the record, and would come again."""

AT_ONCE = (0.05, 0.25)
"""Seconds before the second try if Daktela does not say: almost none, because most failures are short and a waiting
connection sends nothing."""

BACK_OFF, LONGEST_BACK_OFF, SCATTER = 0.5, 30.0, 1.0
"""Before later tries: ``BACK_OFF`` times two to the power of the tries made, with up to ``SCATTER`` more."""


def pause_after(verb: str, exc: DaktelaError, tries: int) -> float | None:
    """Return the seconds before the next try after ``tries`` of them, the last of which failed with ``exc``.

    They are what Daktela asks for, up to ``LONGEST_WAIT``, else a growing pause. None when there is no next try.
    """
    if not repeatable(verb, exc) or _was_last(exc, tries):
        return None
    if exc.retry_after is not None:
        return min(LONGEST_WAIT, exc.retry_after)
    if tries == 1:
        return random.uniform(*AT_ONCE)  # noqa: S311 a pause is no secret
    return min(LONGEST_BACK_OFF, BACK_OFF * 2.0 ** (tries - 1)) + random.uniform(0, SCATTER)  # noqa: S311 the same


def repeatable(verb: str, exc: DaktelaError) -> bool:
    """Whether to retry: always after 429; after a failure that may pass, unless a POST may have been carried out."""
    if exc.kind is ErrorKind.THROTTLED:
        return True
    if exc.kind is ErrorKind.UNAVAILABLE:
        return exc.status is None or exc.status in PASSING or exc.status < 500
    succeeded = exc.status is not None and 200 <= exc.status < 300
    return verb in ("GET", "PUT") and succeeded and exc.kind in (ErrorKind.UNKNOWN_FATE, ErrorKind.PROTOCOL)


def _was_last(exc: DaktelaError, tries: int) -> bool:
    if (exc.retry_after or 0.0) > TOO_LONG:
        return tries > 1
    return tries >= (TRIES_WHEN_THROTTLED if exc.kind is ErrorKind.THROTTLED else TRIES)
