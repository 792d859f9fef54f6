"""What a comparison of both sides finds, decided from what is known of one record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from salesforce_daktela.sync.outcome import Outcome


class FindingKind(StrEnum):
    """What one record was found to be; the first five are findings, which a repair corrects."""

    MISSING = "missing"
    """It is in Salesforce and passes the filter, but is not in Daktela, for no reason that the ledger knows."""
    DIFFERENT = "different"
    """Daktela's mapped fields are not what the mapping says."""
    EXTRA = "extra"
    """Written by us to Daktela, and deleted in Salesforce or outside the filter."""
    UNREMEMBERED = "unremembered"
    """Right in Daktela under our own name, and unknown to the ledger."""
    LEFT_OVER = "left_over"
    """In the ledger, and in neither system."""
    RIGHT = "right"
    PENDING = "pending"
    """Changed since the watermark: the next run loads it."""
    PARKED = "parked"
    REJECTED = "rejected"
    GONE = "gone"
    """It was written once, and is no longer in Daktela."""
    KEPT = "kept"
    """Deleted, merged or out of the filter in Salesforce, and kept in Daktela, as the mapping says."""
    MARKED = "marked"
    """Deleted or out of the filter in Salesforce, and marked in Daktela, as the mapping says."""
    UNCLAIMED = "unclaimed"
    """Named like our objects, and not known as one of ours that is there: never changed."""


FINDINGS = (
    FindingKind.MISSING,
    FindingKind.DIFFERENT,
    FindingKind.EXTRA,
    FindingKind.UNREMEMBERED,
    FindingKind.LEFT_OVER,
)
REPAIRED = (*FINDINGS, FindingKind.GONE)
"""What a repair checks again. For a record that is gone only the ledger is changed."""

TRIED_AGAIN = (FindingKind.REJECTED, FindingKind.PARKED)
"""Kinds of records that later runs try again, because the ledger knows of them."""

CLAIMING = ("intended", "live", "kept", "marked")
"""States of entries whose records are, or may be, in Daktela."""

NOT_ENOUGH = {"kept": ("mark", "delete"), "marked": ("delete",)}
"""States in which records may have left the filter, with the policies that do more when they are deleted later."""

SAMPLE = 20
"""Ids of each kind that a report shows."""


CLEANED = "cleaned"
"""What a repair calls entries of the ledger that it has deleted because they were left over."""


def left_after(counts: Mapping[str, int], repaired: Mapping[str, int] | None) -> dict[str, int]:
    """Return how many findings of each kind are left of ``counts``; ``repaired`` is None where there was no repair.

    What a repair has rejected is an open reject from then on, and no finding. What is left over stays so while parts of
    another run may still be loaded.
    """
    if repaired is None:
        return {kind.value: counts.get(kind.value, 0) for kind in FINDINGS}
    stays = max(0, counts.get(FindingKind.LEFT_OVER, 0) - repaired.get(CLEANED, 0))
    return {kind.value: stays if kind is FindingKind.LEFT_OVER else 0 for kind in FINDINGS}


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
    state: str | None,
    *,
    waits: str | None,
    written: bool,
    seen: bool,
    equal: bool,
    refused: bool,
    parked: bool,
    recreates: bool,
) -> FindingKind | None:
    """The kind of a record that is in Salesforce, None when it has to be checked again.

    ``state`` is the ledger's, None for unknown; ``waits`` is the kind of a record that its own data keeps from being
    written; ``refused`` tells that it has an open reject, ``parked`` that the ledger knows it to wait for its parent,
    ``written`` that this payload was the last one written, ``seen`` that Daktela listed it, and ``equal`` that it was
    listed with the right values.
    """
    if waits is not None and (refused or parked or waits not in TRIED_AGAIN):
        return FindingKind(waits)
    if written and seen and equal and state == "live":
        return FindingKind.RIGHT
    if state == "gone" and not seen and not recreates:
        return FindingKind.GONE
    return FindingKind.REJECTED if refused else None


def kind_of_unwritable(
    kind: FindingKind, state: str | None, *, known: bool, pending: bool, recreates: bool
) -> FindingKind:
    """The kind of a record that is ``kind`` by its own data, which keep it from being written.

    Where the ledger does not know of it, by an open reject or as a parked child, no run tries it again: a repair does,
    and the ledger knows it from then on. ``pending`` tells that the next run reads it anyway.
    """
    if known or kind not in TRIED_AGAIN:
        return kind
    if pending:
        return FindingKind.PENDING
    if state == "gone" and not recreates:
        return FindingKind.GONE
    return FindingKind.DIFFERENT if state == "live" else FindingKind.MISSING


def kind_of_listed(state: str | None, *, on_delete: str, unmarked: bool) -> FindingKind | None:
    """The kind of a record that Daktela lists and Salesforce does not, None when it has to be checked again.

    ``unmarked`` tells that it was listed without the mapping's mark.
    """
    if on_delete in NOT_ENOUGH.get(state or "", ()) or (state == "marked" and unmarked):
        return None
    settled = {
        "kept": FindingKind.KEPT,
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
    """The kind of a record that needs no write."""
    named = {Outcome.GONE: FindingKind.GONE, Outcome.REJECTED: FindingKind.REJECTED, Outcome.PARKED: FindingKind.PARKED}
    return named.get(outcome, FindingKind.RIGHT)


def kind_of_departed(
    state: str | None,
    *,
    present: bool,
    unmarked: bool,
    vanished: bool,
    left: bool,
    adopted: bool,
    policy: str,
    stale: bool,
) -> FindingKind | None:
    """The kind of a record that Salesforce no longer lists, None when it is none.

    ``present`` tells whether it is in Daktela, ``unmarked`` whether it lacks the mark there. ``vanished`` means that it
    is not in Salesforce's recycle bin either, ``left`` that it exists outside the filter, ``stale`` that it has been
    written since; ``policy`` is the mapping's.
    """
    if stale:
        return FindingKind.RIGHT
    if state == "became":
        return None  # its object is compared as that of its heir
    if present:
        if state == "marked" and unmarked and policy == "mark":
            return FindingKind.EXTRA
        return _of_present(state, left=left, adopted=adopted, policy=policy)
    if state in (*CLAIMING, "gone"):
        return FindingKind.LEFT_OVER if vanished or state == "intended" else FindingKind.GONE
    return None


def _of_present(state: str | None, *, left: bool, adopted: bool, policy: str) -> FindingKind:
    if not left and policy in NOT_ENOUGH.get(state or "", ()) and removes(policy, adopted=adopted):
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
