"""When a run stops and asks before it writes."""

from __future__ import annotations

from collections.abc import Mapping

from salesforce_daktela.sync.shares import exceeds

WRITES = ("created", "updated", "adopted")


def reasons_to_ask(
    counts: Mapping[str, int],
    *,
    removals: int,
    max_removals: int,
    present: int,
    first_load: bool,
    changes_above: float | None,
    any_removal: bool,
    vanished: int = 0,
    merges: int = 0,
) -> tuple[str, ...]:
    """Return the reasons why somebody has to agree, empty when the run may go on.

    ``counts`` are planned outcomes, ``present`` the records that Daktela holds of this mapping; ``first_load``,
    ``changes_above`` and ``any_removal`` are what ``approve`` in sync.yaml asks for. ``vanished`` records were found
    missing in Daktela by an earlier run, which left them as they were. ``merges`` are pairs of objects to be merged.
    """
    writes = sum(counts.get(outcome, 0) for outcome in WRITES)
    reasons = []
    if removals > max_removals:
        reasons.append(f"{removals} records would be marked or deleted, max_removals allows {max_removals}")
    elif removals and any_removal:
        reasons.append(f"{removals} records would be marked or deleted")
    if vanished:
        reasons.append(
            f"{vanished} records that were loaded are no longer in Daktela: going on gives them up as `on_gone` says. "
            "Stop if the connection is wrong or a backup was restored"
        )
    if merges:
        reasons.append(f"{merges} pairs of objects would be merged in Daktela, which cannot be undone")
    if first_load and writes and not present:
        reasons.append(f"{writes} records would be written for the first time")
    if changes_above is not None and present and exceeds(writes, changes_above, present):
        reasons.append(
            f"{writes} records would be written, more than {changes_above:.2%} of the {present} that Daktela holds"
        )
    return tuple(reasons)
