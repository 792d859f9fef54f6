"""What is left of both systems' limits, in the words of one language. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.ui.watching.health.reports import Calls, Told, Traffic
from salesforce_daktela.ui.wording import Words

WIDTH = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """A bar: how much is ``left`` of ``width``, and where the ``reserve`` begins; None without one."""

    label: str
    width: int
    left: int
    reserve: int | None
    low: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limit: its name, a number, a remark, and a bar where there is something to compare."""

    label: str
    value: str
    remark: str
    meter: Meter | None = None


def show_limits(
    told: Told, spec: SyncSpec | None, now: datetime, words: Words, *, width: int = WIDTH
) -> tuple[Limit, ...]:
    """Return the limits that a run has seen."""
    limits = []
    if told.calls is not None:
        limits.append(_salesforce(told.calls, spec, now, words, width))
    if told.traffic is not None:
        limits.append(_daktela(told.traffic, spec, now, words))
    return tuple(limits)


def reserve_of(calls: Calls, spec: SyncSpec | None) -> int | None:
    """Return how many calls the sync leaves to others; None where its files are not there."""
    return None if spec is None else round(spec.limits.calls_kept(calls.allowed))


def _salesforce(calls: Calls, spec: SyncSpec | None, now: datetime, words: Words, width: int) -> Limit:
    _ = words.gettext
    kept = reserve_of(calls, spec)
    value = _("%(left)s of %(allowed)s") % {"left": words.number(calls.left), "allowed": words.number(calls.allowed)}
    seen = _("as a run saw it %(ago)s") % {"ago": words.ago(calls.at, now)}
    reserved = "" if kept is None else _("%(count)s are kept for others") % {"count": words.number(kept)}
    return Limit(
        label=_("Salesforce calls left"),
        value=value,
        remark="; ".join(filter(None, [reserved, seen])),
        meter=Meter(
            label=value,
            width=width,
            left=_part(calls.left, calls.allowed, width),
            reserve=None if kept is None else _part(kept, calls.allowed, width),
            low=kept is not None and calls.left <= kept,
        ),
    )


def _daktela(traffic: Traffic, spec: SyncSpec | None, now: datetime, words: Words) -> Limit:
    _ = words.gettext
    allowed = (
        "" if spec is None else _("sync.yaml allows %(rate)s") % {"rate": words.number(spec.limits.requests_per_second)}
    )
    sent = _("%(count)s requests in the run that ended %(ago)s") % {
        "count": words.number(traffic.calls),
        "ago": words.ago(traffic.at, now),
    }
    refused = _("%(count)s of them refused as too many") % {"count": words.number(traffic.throttled)}
    return Limit(
        label=_("Daktela requests a second"),
        value=words.number(round(traffic.rate, 1)),
        remark="; ".join(filter(None, [allowed, sent, refused if traffic.throttled else ""])),
    )


def _part(count: int, most: int, width: int) -> int:
    return max(0, min(width, count * width // most))
