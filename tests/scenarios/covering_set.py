"""The covering set of personalities and faults: every pair of settings that can meet does so in some row.

A row strikes Daktela in up to three ways at once, each with its own share of the requests: before a request is carried
out, at its answer, and by its pace. A pair is any two settings of different factors: a fault meets every setting of
either side, and every fault of the other two kinds. Every row reads by Bulk, so that no setting of Bulk meets another
where it has no effect: with ``bulk_above: 0`` all objects, with 10 the contacts of a full reading, the rest by REST.
Jobs that are refused have no results, so they meet nothing that befalls results.

The rows are kept in ``covering_set.txt``, for working them out takes three minutes. A change of a personality is
followed by ``PYTHONPATH=plugins:. python -m tests.scenarios.covering_set``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.scenarios.personalities import DAKTELA, SALESFORCE

KEPT = Path(__file__).with_suffix(".txt")
STRIKES: Mapping[str, Sequence[str]] = {
    "struck": ("server_error", "reset_before", "redirect", "too_many"),
    "spoiled": ("server_error_after", "reset_after", "without_result", "success_with_error", "truncated", "rows_lost"),
    "paced": ("concurrent_requests", "expired", "latency_seconds"),
}
"""The faults of Daktela by what they strike; one of each kind can be on at the same time."""

FACTORS: Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]] = {
    "salesforce": SALESFORCE,
    "daktela": {
        **{name: choices for name, choices in DAKTELA.items() if name != "faults"},
        **{
            kind: [{}, *(fault for fault in DAKTELA["faults"] if set(switches) & set(fault))]
            for kind, switches in STRIKES.items()
        },
    },
    "pipeline": {
        "bulk_above": [{"bulk_above": "0"}, {"bulk_above": "10"}],
        "on_delete": [{"on_delete": "keep"}, {"on_delete": "delete"}, {"on_delete": "mark"}],
    },
}
CHOICES = [choices for factors in FACTORS.values() for choices in factors.values()]
"""The settings of each factor, in the order of a row."""
NAMES = [name for factors in FACTORS.values() for name in factors]
JOBS, RESULTS = NAMES.index("bulk_jobs"), NAMES.index("bulk_results")
REFUSED = [at for at, jobs in enumerate(CHOICES[JOBS]) if {"bulk_refused", "bulk_refusal"} & set(jobs)]


def covering_set() -> list[dict[str, Any]]:
    """Return the kept rows ``{"salesforce": switches, "daktela": switches, "pipeline": settings}``."""
    return [_row(picked) for picked in kept_rows()]


def kept_rows() -> list[tuple[int, ...]]:
    """Return for each row the number of its setting in each factor."""
    return [tuple(int(digit, 36) for digit in line) for line in KEPT.read_text().split()]


def can_meet(picked: Mapping[int, int]) -> bool:
    """Whether these settings, by the numbers of their factors, have an effect in one row."""
    return picked.get(JOBS) not in REFUSED or not picked.get(RESULTS)


def _row(picked: Sequence[int]) -> dict[str, Any]:
    left = iter(picked)
    return {
        side: {name: value for choices in factors.values() for name, value in choices[next(left)].items()}
        for side, factors in FACTORS.items()
    }


def _work_out() -> list[list[int]]:
    """Every pair in few rows: a greedy set of 76 rows first, which a search then makes smaller for three minutes."""
    from covertable.main import Controller  # only who changes a personality waits for it

    factors = {name: list(range(len(choices))) for name, choices in zip(NAMES, CHOICES, strict=True)}
    refused = {"operator": "in", "left": "bulk_jobs", "values": REFUSED}
    without_results = {"operator": "eq", "left": "bulk_results", "value": 0}
    either = {"operator": "or", "conditions": [{"operator": "not", "condition": refused}, without_results]}
    search = Controller(factors, salt="a", constraints=[either])
    rows = search.optimize(search.make(), {"budget_ms": 180_000})
    return [[row[name] for name in NAMES] for row in rows]


if __name__ == "__main__":
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    KEPT.write_text("".join("".join(digits[each] for each in row) + "\n" for row in _work_out()))
