"""Which notices are sent now, and which wait: those that nobody has taken, and those that come too often. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Self

from salesforce_daktela.sync.notices import Notice, NoticeKind

PAUSE = timedelta(hours=1)
"""The least time between two messages about the same kind and mapping. A question is never held back."""

LASTS = timedelta(days=1)
"""How long a notice that was not sent waits. After that it is out of date."""

MOST_WAITING = 5
"""Notices of one kind and mapping that wait with their texts; those before are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A notice that is to be sent. ``dag`` and ``run`` say where it arose; ``run`` is empty where no run is meant.

    ``earlier`` counts notices of its kind and mapping before it whose texts are no longer kept.
    """

    notice: Notice
    dag: str
    run: str
    since: datetime
    earlier: int = 0

    @property
    def text(self) -> str:
        """What it says, for itself and for those that are only counted."""
        return self.notice.text + (f"; {self.earlier} more before that" if self.earlier else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What is remembered of a sync: by source the keys of its last notices with the days on which they were new.

    ``sent`` has for each kind and mapping when it was last told.
    """

    told: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sent: Mapping[str, datetime] = field(default_factory=dict)
    waiting: tuple[Waiting, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        waiting = [{**asdict(each), "since": each.since.isoformat()} for each in self.waiting]
        return {
            "told": {source: dict(keys) for source, keys in self.told.items()},
            "sent": {about: at.isoformat() for about, at in self.sent.items()},
            "waiting": waiting,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of ``to_dict``."""
        return cls(
            told=data["told"],
            sent={about: datetime.fromisoformat(at) for about, at in data["sent"].items()},
            waiting=tuple(_waiting(each) for each in data["waiting"]),
        )


def receive(
    memory: Memory,
    notices: Sequence[Notice],
    now: datetime,
    *,
    dag: str,
    run: str,
    source: str = "",
    ended: bool = False,
) -> Memory:
    """Return the memory with those notices waiting that are news, and without those that are out of date.

    News is what ``source`` has not told that day with its last notices; so its return is news. Without a source
    everything is. ``ended`` says that the run asks no more.
    """
    day, known = now.date().isoformat(), memory.told.get(source, {})
    fresh = [notice for notice in notices if known.get(notice.key) != day]
    again = {notice.key for notice in fresh}
    kept = [each for each in memory.waiting if abs(now - each.since) < LASTS and each.notice.key not in again]
    if ended:
        kept = [each for each in kept if not (_asks(each) and (each.dag, each.run) == (dag, run))]
    kept += [Waiting(notice=notice, dag=dag, run=run, since=now) for notice in fresh]
    told = {**memory.told, source: {notice.key: day for notice in notices}} if source else memory.told
    return replace(memory, told=told, waiting=tuple(_bounded(kept)))


def due(memory: Memory, now: datetime) -> list[Waiting]:
    """Return what is to be sent now."""
    held = {about for about, at in memory.sent.items() if timedelta(0) <= now - at < PAUSE}
    return [each for each in memory.waiting if _asks(each) or each.notice.about_whom not in held]


def after_sending(memory: Memory, sent: Collection[Waiting], now: datetime) -> Memory:
    """Return the memory when a channel has taken ``sent``."""
    recent = {about: at for about, at in memory.sent.items() if timedelta(0) <= now - at < PAUSE}
    recent.update({each.notice.about_whom: now for each in sent})
    return replace(memory, sent=recent, waiting=tuple(each for each in memory.waiting if each not in sent))


def _bounded(waiting: Sequence[Waiting]) -> Iterator[Waiting]:
    """The newest of each kind and mapping. The first of them counts those before it."""
    groups: dict[str, list[Waiting]] = {}
    for each in waiting:
        groups.setdefault(each.notice.about_whom, []).append(each)
    for group in groups.values():
        dropped, kept = group[:-MOST_WAITING], group[-MOST_WAITING:]
        earlier = sum(1 + each.earlier for each in dropped)
        yield replace(kept[0], earlier=kept[0].earlier + earlier)
        yield from kept[1:]


def _asks(waiting: Waiting) -> bool:
    return waiting.notice.kind is NoticeKind.QUESTION


def _waiting(data: Mapping[str, Any]) -> Waiting:
    notice = Notice(**{**data["notice"], "kind": NoticeKind(data["notice"]["kind"])})
    return Waiting(**{**data, "notice": notice, "since": datetime.fromisoformat(data["since"])})
