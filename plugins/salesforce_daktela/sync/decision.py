"""What a row needs, decided from what Daktela last accepted, without any request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Step(StrEnum):
    """The next thing to do for one row."""

    SETTLED = "settled"
    """This extraction has written it already: repeat the recorded outcome, no call."""
    UNCHANGED = "unchanged"
    """Equal to what Daktela last accepted: no call."""
    SUPERSEDED = "superseded"
    """Something newer has been written meanwhile: no call."""
    BECAME = "became"
    """Another record carries on its object: no call."""
    GONE = "gone"
    """It was written once and is no longer in Daktela: no call."""
    UPDATE = "update"
    """Known and changed: one PUT."""
    FIND = "find"
    """Unknown, or a create whose result is unknown: look up the name first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the ledger remembers of one record; ``state`` is one of ``RecordState``."""

    state: str
    digest: bytes | None
    stamp: datetime | None
    read_at: datetime
    extraction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What the run read of one record: the digest of its payload, its change stamp, and the time of reading."""

    digest: bytes
    stamp: datetime | None
    read_at: datetime
    extraction: str


def next_step(known: Known | None, row: Row, *, recreate: bool = False) -> Step:
    """Return what to do with ``row``. ``recreate`` creates again what was removed in Daktela."""
    if known is None or known.state == "intended":
        return Step.FIND
    if known.state == "became":
        return Step.BECAME
    if known.state == "gone":
        return Step.FIND if recreate else Step.GONE
    if known.digest == row.digest and known.state == "live":
        return Step.SETTLED if known.extraction == row.extraction else Step.UNCHANGED
    if _age(known.stamp, known.read_at) > _age(row.stamp, row.read_at):
        return Step.SUPERSEDED
    return Step.FIND if known.state in ("removed", "merged") else Step.UPDATE


def is_stale(known: Known, *, stamp: datetime | None, read_at: datetime) -> bool:
    """Whether a departure was read before what the ledger holds: the record has come back since."""
    return _age(known.stamp, known.read_at) > _age(known.stamp if stamp is None else stamp, read_at)


def _age(stamp: datetime | None, read_at: datetime) -> tuple[datetime, datetime]:
    """Order by change stamp, then by when it was read: formula fields change without a new stamp."""
    return (read_at if stamp is None else stamp, read_at)
