"""When a run asks before it writes."""

from __future__ import annotations

import pytest

from salesforce_daktela.sync.approval import reasons_to_ask


def asked(writes: int, share: float, present: int) -> tuple[str, ...]:
    """The reasons of a run that would write so many records, where ``changes_above`` is ``share``."""
    return reasons_to_ask(
        {"updated": writes},
        removals=0,
        max_removals=100,
        present=present,
        first_load=False,
        changes_above=share,
        any_removal=False,
    )


@pytest.mark.parametrize("percent", range(1, 101))
def test_exactly_the_share_is_not_above_it(percent: int) -> None:
    """Also where binary numbers make a little less of it: 29% of 100 are 29."""
    assert asked(percent, percent / 100, 100) == ()
    assert asked(percent + 1, percent / 100, 100) != ()


def test_the_share_is_told_as_it_was_written() -> None:
    """Half a per cent is not 0%."""
    assert asked(7, 0.005, 1_000) == ("7 records would be written, more than 0.50% of the 1000 that Daktela holds",)
