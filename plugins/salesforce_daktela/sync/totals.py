"""Totals of a run, and whether they let it settle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from salesforce_daktela.sync.outcome import Outcome, RecordOutcome
from salesforce_daktela.sync.shares import exceeds

REJECT_NOTE = "reject."
"""How notes begin that count rejects of one reason: its code and the field follow."""

REJECTED_AGAIN = "rejected_again"
"""The note that counts rejects which earlier runs have reported already."""

CONVERTED_BOTH = "converted_both"
"""The note that counts converted records which keep an object beside that of the record that they became."""

MERGE_REFUSED = "merge_refused"
"""The note that counts those of them whose two objects Daktela does not merge."""

OBJECTS_MERGED = "objects_merged"
"""The note that counts converted records whose objects were merged with those of their heirs."""

CONVERSION_WAITS = "conversion_waits"
"""The note that counts converted records whose heirs have not been loaded yet."""

VANISHED = "vanished"
"""The note and the reject code of records that are no longer in Daktela and that nobody has given up."""

LEAST_REJECTS, LEAST_ROWS = 5, 20
"""With fewer new rejects among fewer records a share means nothing: one bad record of a quiet run would be 100%."""


def reject_reasons(notes: Mapping[str, int]) -> tuple[Mapping[str, object], ...]:
    """Return the reasons of rejects that notes count, as reports have them, most frequent first."""
    counted = sorted(((n, key) for key, n in notes.items() if key.startswith(REJECT_NOTE)), reverse=True)
    reasons = []
    for count, key in counted:
        code, _, field_ = key.removeprefix(REJECT_NOTE).partition(".")
        reasons.append({"code": code, "field": field_, "count": count})
    return tuple(reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a mapping may settle. ``failure`` is empty when it may, else says what failed and what to do."""

    failure: str = ""
    moves_watermark: bool = True


@dataclass(slots=True)
class Tally:
    """Outcomes and notes of one part while it is loaded; refuses a second outcome for one Id."""

    outcomes: dict[str, RecordOutcome] = field(default_factory=dict)
    notes: Counter[str] = field(default_factory=Counter)

    def add(self, outcome: RecordOutcome) -> None:
        """Record the one outcome of an Id. Raises ValueError at a second one."""
        if outcome.id in self.outcomes:
            raise ValueError(f"record {outcome.id} already has the outcome {self.outcomes[outcome.id].outcome}")
        self.outcomes[outcome.id] = outcome

    def counts(self) -> dict[str, int]:
        """How many records had each outcome; outcomes that none had are left out."""
        return dict(Counter(outcome.outcome.value for outcome in self.outcomes.values()))

    def rejects(self) -> list[RecordOutcome]:
        """The rejected ones, in the order they came."""
        return [outcome for outcome in self.outcomes.values() if outcome.outcome is Outcome.REJECTED]


def judge(
    extracted: int,
    counts: Mapping[str, int],
    *,
    reject_above: float,
    again: int = 0,
    vanished: int = 0,
    failed_tasks: Callable[[], Sequence[str]] = tuple,
) -> Verdict:
    """Return whether outcomes add up to ``extracted`` and new rejects stay within ``reject_above`` (a share).

    ``vanished`` of the rejects are records that are no longer in Daktela, too many to be given up without asking.
    ``again`` rejects are known from earlier runs. They were reported then and count neither as rejects nor as records.
    Where ``reject_above`` is 0 every new reject counts; any other share is judged from ``LEAST_REJECTS`` new rejects or
    ``LEAST_ROWS`` records on. ``failed_tasks`` is asked only when outcomes do not add up: it names the tasks of the
    mapping that ran and failed.
    """
    loaded = sum(counts.values())
    if loaded != extracted:
        sums = f"{extracted} extracted, {loaded or 'none'} loaded"
        return Verdict(failure=f"{sums}: {_what_failed(failed_tasks())}", moves_watermark=False)
    if counts.get(Outcome.DEFERRED, 0):
        return Verdict(moves_watermark=False)
    if vanished:
        return Verdict(
            failure=f"{vanished} records that were loaded are no longer in Daktela, more than max_removals lets one "
            "run give up unasked; the ledger keeps them, and the next run that reads them asks first: check the "
            "Daktela connection, and whether a backup was restored there"
        )
    rejected, records = counts.get(Outcome.REJECTED, 0) - again, extracted - again
    weighs = reject_above == 0 or rejected >= LEAST_REJECTS or records >= LEAST_ROWS
    if weighs and exceeds(rejected, reject_above, records):
        return Verdict(
            failure=f"{rejected} of {records} records were rejected, more than the {reject_above:.2%} that "
            f"reject_above allows{_beside(again)}; all others are loaded and these are tried again on later runs"
        )
    return Verdict()


def _beside(again: int) -> str:
    return f", beside {again} that earlier runs have rejected already" if again else ""


MOST_TASKS = 5


def _what_failed(tasks: Sequence[str]) -> str:
    if not tasks:
        return "load did not finish; run this mapping again, nothing is written twice"
    others = f" and {len(tasks) - MOST_TASKS} others" if len(tasks) > MOST_TASKS else ""
    return (
        f"{', '.join(tasks[:MOST_TASKS])}{others} failed; mend what the log says, then clear what failed with "
        "everything after it, nothing is written twice"
    )
