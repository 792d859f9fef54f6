"""How far behind Salesforce a mapping is, and how many of the org's calls are left. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """``lag`` is the age of the watermark, None without one; calls are those of Salesforce's rolling day.

    ``calls_left`` and ``calls_allowed`` are None when Salesforce did not send them.
    """

    lag: timedelta | None = None
    calls_left: int | None = None
    calls_allowed: int | None = None

    def to_dict(self) -> dict[str, int | None]:
        """Plain JSON values; the lag in whole seconds."""
        lag = None if self.lag is None else int(self.lag.total_seconds())
        return {"lag_seconds": lag, "calls_left": self.calls_left, "calls_allowed": self.calls_allowed}

    def calls(self) -> str:
        """``99,950 of 100,000``, empty when unknown."""
        return "" if self.calls_left is None else f"{self.calls_left:,} of {self.calls_allowed or 0:,}"

    def age(self) -> str:
        """``12 min``, empty without a watermark; the two largest units, seconds only below a minute."""
        if self.lag is None:
            return ""
        minutes = int(self.lag.total_seconds()) // 60
        units = ((minutes // 1440, "d"), (minutes // 60 % 24, "h"), (minutes % 60, "min"))
        largest = next((place for place, (count, _) in enumerate(units) if count), None)
        if largest is None:
            return "under a minute"
        return " ".join(f"{count} {unit}" for count, unit in units[largest : largest + 2] if count)


UNKNOWN = Standing()


def lag_of(watermark: datetime | None, now: datetime) -> timedelta | None:
    """Return the age of a watermark; zero when it is ahead of this machine's clock."""
    return None if watermark is None else max(timedelta(), now - watermark)
