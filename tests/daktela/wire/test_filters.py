from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesforce_daktela.daktela.wire.filters import LONGEST, Condition, Group, chunks, query_of, select


def test_no_filter_sends_nothing() -> None:
    """An absent filter has no parameters."""
    assert query_of(None) == []


def test_one_condition_is_spelt_nested() -> None:
    """The nested spelling serves for one condition as for many."""
    assert query_of(Condition("name", "eq", "a")) == [
        ("filter[logic]", "and"),
        ("filter[filters][0][field]", "name"),
        ("filter[filters][0][operator]", "eq"),
        ("filter[filters][0][value]", "a"),
    ]


def test_groups_nest_and_lists_are_numbered() -> None:
    """An `or` group inside, an `in` with two values, and a condition without value keep their places."""
    where = Group(
        "and",
        (
            Condition("name", "in", ["a", "b"]),
            Group("or", (Condition("user", "isnull"), Condition("title", "like", "%x%"))),
        ),
    )
    assert query_of(where) == [
        ("filter[logic]", "and"),
        ("filter[filters][0][field]", "name"),
        ("filter[filters][0][operator]", "in"),
        ("filter[filters][0][value][0]", "a"),
        ("filter[filters][0][value][1]", "b"),
        ("filter[filters][1][logic]", "or"),
        ("filter[filters][1][filters][0][field]", "user"),
        ("filter[filters][1][filters][0][operator]", "isnull"),
        ("filter[filters][1][filters][1][field]", "title"),
        ("filter[filters][1][filters][1][operator]", "like"),
        ("filter[filters][1][filters][1][value]", "%x%"),
    ]


def test_fields_are_numbered() -> None:
    """Selected fields are sent as an indexed list."""
    assert select(["name", "account.title"]) == [("fields[0]", "name"), ("fields[1]", "account.title")]


@pytest.mark.parametrize(
    ("operator", "value"),
    [("in", []), ("in", None), ("in", "a"), ("notin", ()), ("isnull", "1"), ("eq", None), ("eq", ["a"])],
)
def test_conditions_that_daktela_would_misread_cannot_be_built(operator: str, value: object) -> None:
    """An empty `in` is refused by some instances and matches everything on others."""
    with pytest.raises(ValueError, match=operator):
        Condition("name", operator, value)  # type: ignore[arg-type]  # the mistake under test


def test_an_empty_group_cannot_be_built() -> None:
    """It would match everything."""
    with pytest.raises(ValueError, match="empty"):
        Group("or", ())


@given(st.lists(st.text(min_size=1, max_size=300), min_size=1, max_size=200))
def test_chunks_keep_every_value_in_order_and_every_address_short(values: list[str]) -> None:
    """Together the chunks are the list; each encoded query stays under the bound, a single value aside."""
    beside = select(["name", "customFields.email"])
    found = list(chunks(values, beside=beside))
    assert [value for chunk in found for value in chunk] == values
    for chunk in found:
        pairs = [(f"filter[filters][0][value][{place}]", value) for place, value in enumerate(chunk)]
        assert len(chunk) == 1 or len(urlencode([*beside, *pairs])) <= LONGEST


def test_no_values_make_no_chunks() -> None:
    """An empty list asks nothing."""
    assert list(chunks([])) == []
