from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesforce_daktela.daktela.write.read_back import (
    FieldDifference,
    differences,
    edits,
    loose_text,
    loosely_same,
    paths_of,
)


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        pytest.param("sales", {"name": "sales", "title": "Obchod"}, id="reference unfolded"),
        pytest.param("sales", "sales", id="reference by name"),
        pytest.param({"name": "sales"}, "sales", id="reference sent as object"),
        pytest.param(["a"], "a", id="single value out of its list"),
        pytest.param("a", ["a"], id="single value into a list"),
        pytest.param(["a", "b"], ["b", "a"], id="other order"),
        pytest.param("", None, id="empty and null"),
        pytest.param([], [None], id="no values and a null"),
        pytest.param(None, "", id="null and empty"),
        pytest.param("2026-03-29 03:30:00", "2026-03-29T03:30:00", id="T for a blank"),
        pytest.param("2026-03-29 03:30", "2026-03-29 03:30:00", id="seconds added"),
        pytest.param("2026-03-29", "2026-03-29 00:00:00", id="date at midnight"),
        pytest.param("1", 1, id="number as text"),
        pytest.param("1.5", 1.50, id="fraction"),
        pytest.param("1.5", "1.50", id="zeros behind the point"),
        pytest.param("1", True, id="boolean"),
        pytest.param("0", False, id="false"),
    ],
)
def test_what_daktela_is_known_to_change_is_no_difference(sent: Any, stored: Any) -> None:
    """References, order, emptiness, spelling of dates and numbers are the server's business."""
    assert differences({"x": sent}, {"x": stored}) == ()


@pytest.mark.parametrize(
    ("sent", "stored", "how"),
    [
        pytest.param("a", "", "missing", id="nothing stored"),
        pytest.param(["a", "b"], ["a"], "missing", id="one of two stored"),
        pytest.param([], ["a"], "not_cleared", id="still there"),
        pytest.param(None, "a", "not_cleared", id="null did not clear"),
        pytest.param(" a  b ", "a b", "trimmed", id="white space"),
        pytest.param("+420 601 123 456", "+420601123456", "trimmed", id="blanks of a phone"),
        pytest.param("+420601123456", "00420601123456", "phone_format", id="zeros for plus"),
        pytest.param("(02) 123-456", "02123456", "phone_format", id="punctuation"),
        pytest.param("a & b", "a &amp; b", "html", id="entity"),
        pytest.param("Jan@Example.com", "jan@example.com", "case", id="letter case"),
        pytest.param("a long text", "a long", "cut", id="only a beginning"),
        pytest.param("Novák Jan", "Jan Novák", "rewritten", id="another text"),
        pytest.param("007", "7", "rewritten", id="leading zeros mean something"),
        pytest.param(0, None, "missing", id="zero is a value"),
    ],
)
def test_a_difference_is_told_by_its_kind(sent: Any, stored: Any, how: str) -> None:
    """The kind tells what to do in the mapping."""
    assert differences({"x": sent}, {"x": stored}) == (FieldDifference(path="x", how=how),)


def test_custom_fields_are_compared_one_by_one() -> None:
    """Only fields that were sent are judged, each under its own path."""
    sent = {"customFields": {"email": ["a@b.cz"], "number": ["1"], "note": []}}
    stored = {"customFields": {"email": ["a@b.cz"], "number": ["2"], "note": [None], "address": ["x"]}}
    assert differences(sent, stored) == (FieldDifference(path="customFields.number", how="rewritten"),)


def test_custom_fields_as_an_empty_list_hold_nothing() -> None:
    """An empty map may come as a list: then what was sent is missing."""
    found = differences({"customFields": {"email": ["a"]}}, {"customFields": []})
    assert found == (FieldDifference(path="customFields.email", how="missing"),)


def test_fields_that_were_not_echoed_are_not_judged() -> None:
    """A selected or shortened echo is no proof of a difference."""
    assert differences({"title": "a", "customFields": {"email": ["a"]}}, {"name": "x"}) == ()


values = st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.lists(st.text()))


@given(st.dictionaries(st.text(min_size=1), values), st.dictionaries(st.text(min_size=1), values))
def test_an_exact_echo_has_no_differences_and_any_other_raises_nothing(
    sent: dict[str, Any], other: dict[str, Any]
) -> None:
    """Whatever the values are: what comes back as sent is equal, and everything else gets a verdict."""
    assert differences(sent, sent) == ()
    differences(sent, {**sent, **other})
    differences({"customFields": sent}, {"customFields": other})


@pytest.mark.parametrize(
    ("sent", "stored", "edited"),
    [
        pytest.param("+420 601 123 456", "00420601123456", False, id="a phone respelled"),
        pytest.param(" A &amp; b", "a & B", False, id="entities, white space and case at once"),
        pytest.param("a long text", "a long", False, id="cut"),
        pytest.param("Novák", "Nováková", True, id="another text"),
        pytest.param("a", "", True, id="emptied"),
        pytest.param([], ["a"], True, id="filled"),
        pytest.param(["a", "b"], ["a"], True, id="one taken away"),
    ],
)
def test_an_edit_is_what_daktela_does_not_do_by_itself(sent: Any, stored: Any, edited: bool) -> None:
    """And the digest text sees the same, cut values aside."""
    assert bool(edits({"x": sent}, {"x": stored})) is edited
    if "long" not in str(sent):
        assert (loose_text({"x": sent}, ["x"]) != loose_text({"x": stored}, ["x"])) is edited


@given(text=st.text(max_size=20), other=st.text(max_size=20))
def test_what_is_no_difference_or_a_known_one_has_one_text(text: str, other: str) -> None:
    """So nobody is looked at again for what Daktela does to values."""
    known = {"trimmed", "phone_format", "html", "case"}
    if {found.how for found in differences({"x": text}, {"x": other})} <= known:
        assert loose_text({"x": text}, ["x"]) == loose_text({"x": other}, ["x"])


LOOSE = st.sampled_from(["", "a", " A", "&amp;", "&", "+420 601 123 456", "420601123456", "1", "1.50", "2026-03-29"])
HELD = st.one_of(LOOSE, st.none(), st.booleans(), st.sampled_from([0, 1, 1.5]), st.lists(LOOSE, max_size=3))


@given(sent=HELD, stored=HELD)
def test_records_are_loosely_the_same_when_their_texts_are(sent: Any, stored: Any) -> None:
    """The short way to compare and the text that is digested agree, whatever comes back as it was sent."""
    a, b = {"x": sent, "customFields": {"y": stored}}, {"x": stored, "customFields": {"y": stored}}
    paths = paths_of(a)
    assert loosely_same(a, b, paths) == (loose_text(a, paths) == loose_text(b, paths))


def test_custom_fields_are_compared_under_their_paths() -> None:
    """A map that came as a list holds nothing; fields that were not sent do not count."""
    sent = {"title": "a", "customFields": {"number": ["1"], "note": []}}
    assert paths_of(sent) == ("customFields.note", "customFields.number", "title")
    held = {"title": {"name": "a"}, "customFields": {"number": "1", "note": [None], "other": ["x"]}, "more": 1}
    assert loose_text(sent, paths_of(sent)) == loose_text(held, paths_of(sent))
    assert loose_text(sent, paths_of(sent)) != loose_text({"title": "a", "customFields": []}, paths_of(sent))
