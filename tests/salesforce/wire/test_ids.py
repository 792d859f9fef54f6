"""Salesforce Ids."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pytest

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.salesforce.wire.ids import are_whole, long_id, typed_id


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("00Dxx0000001gPL", "00Dxx0000001gPLEAY"),
        ("005xx000001SwiU", "005xx000001SwiUAAS"),
        ("003000000000001", "003000000000001AAA"),
        ("AAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAA555"),
        ("003xx000004TmiQAAS", "003xx000004TmiQAAS"),
    ],
)
def test_an_id_of_15_characters_gets_its_suffix(short: str, long: str) -> None:
    """15 characters get the suffix that tells which of them are capitals; 18 stay."""
    assert long_id(short) == long


@pytest.mark.parametrize("text", ["", "003", "003xx000004TmiQAA", "003xx000004TmiQ'--", "003xx000004Tmiž", "x" * 400])
def test_an_invalid_id_is_refused(text: str) -> None:
    """What cannot be an Id is refused, so none of it reaches a query."""
    with pytest.raises(ConfigurationError, match="an Id has 15 or 18 letters and digits"):
        long_id(text)


@pytest.mark.parametrize("changed", [str.lower, str.upper, str.swapcase, str])
@pytest.mark.parametrize("short", ["00Dxx0000001gPL", "AAAAAAAAAAAAAAA", "003000000000001", "a0B7R00000zZyXw"])
def test_an_id_that_somebody_typed_gets_its_letters_back(short: str, changed: Callable[[str], str]) -> None:
    """Whatever a spreadsheet has made of them: the suffix tells which are capitals."""
    whole = long_id(short)
    assert typed_id(changed(whole)) == whole


def test_a_typed_id_without_a_suffix_gets_it() -> None:
    """Then every letter is believed."""
    assert typed_id("00Dxx0000001gPL") == "00Dxx0000001gPLEAY"


@pytest.mark.parametrize("text", ["00dxx0000001gpl999", "00dxx0000001gpl555"])
def test_a_suffix_that_fits_no_id_changes_nothing(text: str) -> None:
    """It has other characters, or calls a digit a capital."""
    assert typed_id(text) == text


WHOLE = ["00Dxx0000001gPLEAY", "AAAAAAAAAAAAAAA555", "003000000000001AAA"]


def test_long_ids_are_recognised_by_their_suffix() -> None:
    """However a column of them is cut into pieces."""
    ids = pa.chunked_array([WHOLE, [], WHOLE[1:]], pa.string())
    assert are_whole(ids)
    assert are_whole(ids.slice(1, 3))
    assert are_whole(ids.slice(0, 0))


@pytest.mark.parametrize(
    "text",
    [None, "", "true", "1", "00Dxx0000001gPL", "00dxx0000001gpleay", "é" * 9, "0" * 17 + "-"],
)
def test_an_invalid_id_is_found_among_valid_ones(text: str | None) -> None:
    """Cut, written in other letters, or no Id at all."""
    assert not are_whole(pa.chunked_array([[*WHOLE, text]], pa.string()))
