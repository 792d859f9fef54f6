"""What a comparison of both sides finds, decided from what is known of one record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from salesforce_daktela.sync.outcome import Outcome


class FindingKind(StrEnum):
    """What one record was found to be; the first five are findings, which a repair puts right."""

    MISSING = "missing"
    """Salesforce has it, it passes the filter, and Daktela has neither it nor a reason to be without it."""
    DIFFERENT = "different"
    """Daktela's mapped fields are not what the mapping says."""
    EXTRA = "extra"
    """Ours in Daktela, and gone in Salesforce, or out of the filter."""
    UNREMEMBERED = "unremembered"
    """Right in Daktela under our own name, and the ledger does not know."""
    LEFT_OVER = "left_over"
    """Remembered in the ledger, and on neither side."""
    RIGHT = "right"
    PENDING = "pending"
    """Changed since the watermark: the next run of the sync brings it."""
    PARKED = "parked"
    REJECTED = "rejected"
    GONE = "gone"
    """We wrote it once, and somebody took it away in Daktela."""
    KEPT = "kept"
    """Gone in Salesforce and kept in Daktela, as the mapping says."""
    MARKED = "marked"
    """The same, marked."""
    UNCLAIMED = "unclaimed"
    """Named as if it were ours, and nothing says that we wrote it: never touched."""


FINDINGS = (
    FindingKind.MISSING,
    FindingKind.DIFFERENT,
    FindingKind.EXTRA,
    FindingKind.UNREMEMBERED,
    FindingKind.LEFT_OVER,
)
REPAIRED = (*FINDINGS, FindingKind.GONE)
"""What a repair looks at again. Of a record that is gone only the ledger has to learn."""

CLAIMING = ("intended", "live", "kept", "marked")
"""States of the ledger that say Daktela holds, or may hold, the record."""


SAMPLE = 20
"""Ids of each kind that a report shows."""


@dataclass(slots=True)
class FindingCounts:
    """Counts by kind, and a few Ids of each."""

    counts: Counter[FindingKind] = field(default_factory=Counter)
    samples: dict[FindingKind, list[str]] = field(default_factory=dict)

    def add(self, kind: FindingKind, id_: str = "") -> None:
        """Count one record; without an Id it is in no sample."""
        self.counts[kind] += 1
        if id_ and kind is not FindingKind.RIGHT and len(self.samples.setdefault(kind, [])) < SAMPLE:
            self.samples[kind].append(id_)


def kind_of_expected(
    state: str | None, *, waits: str | None, written: bool, seen: bool, equal: bool, refused: bool, recreates: bool
) -> FindingKind | None:
    """What a record is that Salesforce holds, None when it has to be looked at again.

    ``state`` is the ledger's, None for unknown; ``waits`` says that its own data lets it not be written, ``refused``
    that it has an open reject. ``written`` when this is what was written last, ``seen`` when Daktela listed it,
    ``equal`` when with what it should hold.
    """
    if waits is not None:
        return FindingKind(waits)
    if written and seen and equal and state == "live":
        return FindingKind.RIGHT
    if state == "gone" and not seen and not recreates:
        return FindingKind.GONE
    return FindingKind.REJECTED if refused else None


def kind_of_listed(state: str | None, *, on_delete: str) -> FindingKind | None:
    """What a record is that Daktela holds and Salesforce did not give, None when it has to be looked at again."""
    if state == "kept":
        return FindingKind.KEPT if on_delete == "keep" else None
    settled = {
        "marked": FindingKind.MARKED,
        "merged": FindingKind.KEPT,
        "removed": FindingKind.UNCLAIMED,
        "gone": FindingKind.UNCLAIMED,
    }
    return None if state is None else settled.get(state)


def is_pending(stamp: datetime | None, watermark: datetime | None) -> bool:
    """Whether the sync's next run reads the record anyway."""
    return stamp is not None and watermark is not None and stamp >= watermark


def kind_of_outcome(outcome: Outcome) -> FindingKind:
    """What a record is of which nothing has to be written."""
    named = {Outcome.GONE: FindingKind.GONE, Outcome.REJECTED: FindingKind.REJECTED, Outcome.PARKED: FindingKind.PARKED}
    return named.get(outcome, FindingKind.RIGHT)


def kind_of_departed(
    state: str | None, *, present: bool, vanished: bool, left: bool, adopted: bool, policy: str, stale: bool
) -> FindingKind | None:
    """What a record is that Salesforce no longer gives, None when there is nothing to say.

    ``present`` tells whether Daktela holds it. ``vanished`` means that not even Salesforce's bin shows it, ``left``
    that it is there and out of the filter; ``policy`` is what the mapping says to that, ``stale`` that it has been
    written since.
    """
    if stale:
        return FindingKind.RIGHT
    if present:
        return _of_present(state, left=left, adopted=adopted, policy=policy)
    if state in (*CLAIMING, "gone"):
        return FindingKind.LEFT_OVER if vanished or state == "intended" else FindingKind.GONE
    return None


def _of_present(state: str | None, *, left: bool, adopted: bool, policy: str) -> FindingKind:
    if state == "kept" and not left and removes(policy, adopted=adopted):
        return FindingKind.EXTRA
    settled = {
        "marked": FindingKind.MARKED,
        "merged": FindingKind.KEPT,
        "kept": FindingKind.KEPT,
        "live": FindingKind.EXTRA,
        "intended": FindingKind.EXTRA,
    }
    return FindingKind.UNCLAIMED if state is None else settled.get(state, FindingKind.UNCLAIMED)


def removes(policy: str, *, adopted: bool) -> bool:
    """Whether handling a departure by ``policy`` changes anything in Daktela."""
    return policy == "mark" or (policy == "delete" and not adopted)


def needs_somebody(counts: Mapping[FindingKind, int]) -> bool:
    """Whether anything was found that a repair would put right."""
    return any(counts.get(kind, 0) for kind in FINDINGS)
