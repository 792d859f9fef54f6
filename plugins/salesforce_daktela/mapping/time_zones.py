"""Names of time zones."""

from __future__ import annotations

import functools
import zoneinfo


def is_time_zone(name: str) -> bool:
    """Whether the computer knows a time zone of this IANA name."""
    return name in _known()


@functools.cache
def _known() -> frozenset[str]:
    """The computer's list, which Python reads from some hundred files each time it is asked."""
    return frozenset(zoneinfo.available_timezones())
