"""Fair parts of a rate, by what each wants and what the others hold."""

from __future__ import annotations

import random

import pytest

from salesforce_daktela.sync.rate_shares import Share, share_of

ALL = 40.0


@pytest.mark.parametrize(
    ("wanted", "others", "expected"),
    [
        (ALL, [], 40.0),
        (1.0, [], 40.0),
        (ALL, [(20.0, ALL)], 20.0),
        (ALL, [(40.0, ALL)], 0.0),
        (ALL, [(35.0, ALL)], 5.0),
        (ALL, [(5.0, 5.0)], 35.0),
        (5.0, [(30.0, ALL)], 5.0),
        (ALL, [(10.0, ALL)] * 3, 10.0),
        (10.0, [(10.0, 10.0)], 20.0),
    ],
)
def test_a_share_is_fair_and_never_more_than_the_others_leave(
    wanted: float, others: list[tuple[float, float]], expected: float
) -> None:
    """Alone, beside one who holds all, beside one who wants little, and with something to spare."""
    held = [Share(granted=granted, wanted=want) for granted, want in others]
    assert share_of(ALL, wanted, held) == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(20))
def test_shares_are_never_above_the_rate_and_become_all_of_it(seed: int) -> None:
    """Whoever comes, wants and looks in whatever order: after two rounds all of it is in use where all want more."""
    dice = random.Random(seed)  # noqa: S311  the same again from the same seed
    held = {name: Share(granted=0.0, wanted=dice.choice([1.0, 10.0, ALL])) for name in range(dice.randint(1, 9))}
    for _ in range(100):
        name = dice.choice(list(held))
        others = [share for other, share in held.items() if other != name]
        wanted = dice.choice([held[name].wanted, ALL])
        held[name] = Share(granted=share_of(ALL, wanted, others), wanted=wanted)
        assert sum(share.granted for share in held.values()) <= ALL * (1 + 1e-9)
    for name in [*held, *held]:
        others = [share for other, share in held.items() if other != name]
        held[name] = Share(granted=share_of(ALL, ALL, others), wanted=ALL)
    for name in [*held, *held]:
        others = [share for other, share in held.items() if other != name]
        held[name] = Share(granted=share_of(ALL, ALL, others), wanted=ALL)
    assert [share.granted for share in held.values()] == pytest.approx([ALL / len(held)] * len(held))
