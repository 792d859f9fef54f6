"""Whatever becomes of the replies to creates, every record is there once."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.testing import Sandbox
from tests.attacks.ambiguous import BLIND, LOSSES, ROUNDS, strike


def test_creates_without_a_reply_are_neither_repeated_nor_forgotten(attacked: Sandbox, attacked_home: Path) -> None:
    """Connections are cut after every create; where a second POST would double, and where lookups fail, too."""
    lost, wrongs = strike(attacked, attacked_home, BLIND, most=1000)
    assert wrongs == []
    assert lost >= 50


@pytest.mark.heavy
@pytest.mark.parametrize("number", range(1, len(LOSSES) * len(ROUNDS) + 1))
def test_nor_under_any_way_to_lose_a_reply(number: int, attacked: Sandbox, attacked_home: Path) -> None:
    """Each way to lose it meets each way to take a second POST."""
    assert strike(attacked, attacked_home, number, most=1000)[1] == []
