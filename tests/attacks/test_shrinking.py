"""A failing history is told by the steps that matter."""

from __future__ import annotations

from tests.attacks.shrinking import shortened


def test_only_what_matters_is_left() -> None:
    """Steps are left out as long as it still goes wrong, in whatever order they stood."""
    steps = tuple("abcdefghij")
    assert shortened(steps, lambda left: "c" in left and "i" in left) == ("c", "i")
    assert shortened(steps, lambda _: True) == ()
    assert shortened(steps, lambda left: "h" in left, most=1) == tuple("fghij")
