from __future__ import annotations

from typing import Any

import pytest

from salesforce_daktela.daktela.wire.reply import read_page, read_record, timezone_of

ROWS = [{"name": "a"}, {"name": "b"}]


@pytest.mark.parametrize(
    ("result", "total"),
    [
        pytest.param({"data": ROWS, "total": 2}, 2, id="list"),
        pytest.param({"data": {"a": ROWS[0], "b": ROWS[1]}, "total": "2"}, 2, id="map, total as text"),
        pytest.param({"data": ROWS, "total": None}, None, id="total null"),
        pytest.param({"data": ROWS}, None, id="total absent"),
        pytest.param({"data": ROWS, "total": "many"}, None, id="total no number"),
        pytest.param({"data": ROWS, "total": True}, None, id="total no count"),
    ],
)
def test_a_listing_is_read_in_all_its_shapes(result: dict[str, Any], total: int | None) -> None:
    """Rows come as a list or by name; the total as a number, a text, null or not at all."""
    page = read_page({"error": [], "result": result})
    assert page is not None
    assert (page.rows, page.total) == (ROWS, total)


@pytest.mark.parametrize("data", [[], {}], ids=["list", "map"])
def test_no_rows_are_no_rows(data: object) -> None:
    """An empty listing is an answer."""
    page = read_page({"result": {"data": data, "total": 0}})
    assert page is not None
    assert page.rows == []


@pytest.mark.parametrize(
    "body",
    [
        None, [], "x", {}, {"result": None}, {"result": True}, {"result": []}, {"result": {"total": 0}},
        {"result": {"data": None}}, {"result": {"data": "x"}}, {"result": {"data": [1]}},
    ],
    ids=repr,
)  # fmt: skip
def test_what_is_no_listing_is_not_taken_for_an_empty_one(body: object) -> None:
    """Reading it as no rows would let a loader create everything a second time."""
    assert read_page(body) is None


@pytest.mark.parametrize(
    ("result", "record"),
    [
        pytest.param({"name": "a", "title": "A"}, {"name": "a", "title": "A"}, id="directly"),
        pytest.param({"data": {"name": "a"}}, {"name": "a"}, id="in data"),
        pytest.param({"name": "a", "data": {"name": "x"}}, {"name": "a", "data": {"name": "x"}}, id="a field data"),
    ],
)
def test_a_single_record_is_found_where_either_generation_puts_it(result: Any, record: dict[str, Any]) -> None:
    """In the result itself, or one level below; a record's own field called data does not confuse."""
    assert read_record({"result": result}) == record


@pytest.mark.parametrize(
    "body", [None, {}, {"result": None}, {"result": True}, {"result": []}, {"result": {}}, {"result": "a"}], ids=repr
)
def test_a_success_without_a_record_says_nothing(body: object) -> None:
    """What was done is then unknown."""
    assert read_record(body) is None


@pytest.mark.parametrize(
    ("body", "zone"),
    [
        ({"_timezone": "Europe/Prague"}, "Europe/Prague"),
        ({"_timezone": "Prague Standard Time"}, None),
        ({"_timezone": "+02:00"}, None),
        ({"_timezone": ""}, None),
        ({"_timezone": 2}, None),
        ({}, None),
        (None, None),
    ],
    ids=repr,
)
def test_the_servers_zone_is_taken_only_when_it_exists(body: object, zone: str | None) -> None:
    """A name that no zone has would fail much later, at the first date."""
    assert timezone_of(body) == zone
