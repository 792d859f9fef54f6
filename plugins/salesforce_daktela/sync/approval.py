"""When a run stops and asks before it writes."""

from __future__ import annotations

from collections.abc import Mapping

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
) -> tuple[str, ...]:
    """Return why somebody has to agree, nothing when the run may go on.

    ``counts`` are planned outcomes, ``present`` the records that Daktela holds of this mapping; the last three are what
    ``approve`` in sync.yaml asks for.
    """
    writes = sum(counts.get(outcome, 0) for outcome in WRITES)
    reasons = []
    if removals > max_removals:
        reasons.append(f"{removals} records would be marked or deleted, max_removals allows {max_removals}")
    elif removals and any_removal:
        reasons.append(f"{removals} records would be marked or deleted")
    if first_load and writes and not present:
        reasons.append(f"{writes} records would be written for the first time")
    if changes_above is not None and present and writes > changes_above * present:
        reasons.append(
            f"{writes} records would be written, more than {changes_above:.0%} of the {present} that Daktela holds"
        )
    return tuple(reasons)
