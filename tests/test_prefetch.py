"""An iterator is read one item ahead."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from salesforce_daktela.prefetch import prefetch


def test_items_come_in_order() -> None:
    """Nothing is lost, nothing comes twice."""
    assert list(prefetch(iter(range(100)))) == list(range(100))
    assert list(prefetch(iter([None, None]))) == [None, None]


def test_a_failure_comes_after_what_was_made_before_it() -> None:
    """Whoever uses the items sees it at its place."""

    def failing() -> Iterator[int]:
        yield 1
        yield 2
        raise ValueError("no third")

    items = prefetch(failing())
    assert [next(items), next(items)] == [1, 2]
    with pytest.raises(ValueError, match="no third"):
        next(items)


def test_closing_stops_the_making() -> None:
    """At most one more has been made than was used."""
    made = []

    def endless() -> Iterator[int]:
        number = 0
        while True:
            made.append(number)
            yield number
            number += 1

    items = prefetch(endless())
    assert next(items) == 0
    items.close()
    assert made == [0, 1]
