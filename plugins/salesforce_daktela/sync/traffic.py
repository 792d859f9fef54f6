"""What a step has asked of one system: requests, refusals and retries. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

EXTRACT = "extract"
"""The step whose requests go to Salesforce; those of all others go to Daktela."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Counters of a client. ``calls`` are all requests, ``retries`` those of them that repeated one.

    ``throttled`` counts replies 429.
    """

    calls: int = 0
    throttled: int = 0
    retries: int = 0

    def since(self, before: Sent) -> Sent:
        """What was sent after ``before``."""
        return Sent(
            calls=self.calls - before.calls,
            throttled=self.throttled - before.throttled,
            retries=self.retries - before.retries,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """The requests of one step or of several, and the time between the beginning of the first and the last's end.

    ``written`` counts the records that were written with them.
    """

    sent: Sent
    began: datetime
    ended: datetime
    written: int = 0

    @property
    def seconds(self) -> float:
        """The time in which it was sent."""
        return max(0.0, (self.ended - self.began).total_seconds())

    @property
    def rate(self) -> float:
        """Requests per second of this time; of a full second at least, so that a single quick one is no rate of 50."""
        return self.sent.calls / max(1.0, self.seconds)


def joined(traffic: Iterable[Traffic]) -> Traffic | None:
    """Return them as one; None when there are none."""
    found = list(traffic)
    if not found:
        return None
    return Traffic(
        sent=Sent(
            calls=sum(each.sent.calls for each in found),
            throttled=sum(each.sent.throttled for each in found),
            retries=sum(each.sent.retries for each in found),
        ),
        began=min(each.began for each in found),
        ended=max(each.ended for each in found),
        written=sum(each.written for each in found),
    )


def of_salesforce(steps: Mapping[str, Traffic]) -> dict[str, Traffic]:
    """Return the step among ``steps`` that asks Salesforce."""
    return {step: each for step, each in steps.items() if step == EXTRACT}


def of_daktela(steps: Mapping[str, Traffic]) -> dict[str, Traffic]:
    """Return the steps among ``steps`` that ask Daktela."""
    return {step: each for step, each in steps.items() if step != EXTRACT}
