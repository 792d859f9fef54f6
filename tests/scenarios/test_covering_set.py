"""The kept rows cover what the personalities say today."""

from __future__ import annotations

from itertools import combinations, product

from tests.scenarios.covering_set import CHOICES, FACTORS, can_meet, kept_rows
from tests.scenarios.personalities import DAKTELA


def test_every_pair_of_settings_that_can_meet_does_so_in_some_row() -> None:
    """When this fails after a change of a personality: ``python -m tests.scenarios.covering_set``."""
    rows = kept_rows()
    assert {len(row) for row in rows} == {len(CHOICES)}
    for one, other in combinations(range(len(CHOICES)), 2):
        pairs = product(range(len(CHOICES[one])), range(len(CHOICES[other])))
        wanted = {(here, there) for here, there in pairs if can_meet({one: here, other: there})}
        assert {(row[one], row[other]) for row in rows} == wanted


def test_every_fault_is_of_one_kind() -> None:
    """None is forgotten by the kinds, none is in two."""
    kinds = [fault for kind in ("struck", "spoiled", "paced") for fault in FACTORS["daktela"][kind] if fault]
    assert sorted(map(repr, kinds)) == sorted(repr(fault) for fault in DAKTELA["faults"] if fault)
