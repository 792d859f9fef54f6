"""Salesforce Ids."""

from __future__ import annotations

import pytest

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.salesforce.wire.ids import long_id


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
def test_long_form(short: str, long: str) -> None:
    """15 characters get the suffix that tells which of them are capitals; 18 stay."""
    assert long_id(short) == long


@pytest.mark.parametrize("text", ["", "003", "003xx000004TmiQAA", "003xx000004TmiQ'--", "003xx000004Tmiž", "x" * 400])
def test_no_id(text: str) -> None:
    """What cannot be an Id is refused, so none of it reaches a query."""
    with pytest.raises(ConfigurationError, match="an Id has 15 or 18 letters and digits"):
        long_id(text)
