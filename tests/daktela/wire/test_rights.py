"""What a role tells of rights."""

from __future__ import annotations

from typing import Any

import pytest

from salesforce_daktela.daktela.wire.rights import Right, masks_of, right_on

CASES: list[tuple[dict[str, Any], Right]] = [
    ({"role": {"options": {"contacts": 31}}}, Right.FULL),
    ({"role": {"options": {"contacts": "31"}}}, Right.FULL),
    ({"role": {"options": {"contacts": 63}}}, Right.FULL),
    ({"role": {"options": {"contacts": 0}}}, Right.NONE),
    ({"role": {"options": {"contacts": 1}}}, Right.PARTIAL),
    ({"role": {"options": {"contacts": 15}}}, Right.PARTIAL),
    ({"role": {"options": {"contacts": True}}}, Right.UNTOLD),
    ({"role": {"options": {"contacts": -1}}}, Right.UNTOLD),
    ({"role": {"options": {"accounts": 31}}}, Right.UNTOLD),
    ({"role": {"options": []}}, Right.UNTOLD),
    ({"role": "operator"}, Right.UNTOLD),
    ({"role": None}, Right.UNTOLD),
    ({}, Right.UNTOLD),
]


@pytest.mark.parametrize(("user", "right"), CASES, ids=str)
def test_only_the_ends_of_the_scale_are_certain(user: dict[str, Any], right: Right) -> None:
    """Nobody publishes which bit of a mask writes."""
    assert right_on(masks_of(user), "contacts") is right
