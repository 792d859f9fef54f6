"""Values of a record are replaced by others of the same shape, and nothing of them is left."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesforce_daktela.mapping.schema import FieldKind
from salesforce_daktela.mapping.testing.inventing import Inventor

TEXT = FieldKind.TEXT
SHAPES = [
    ("Eva Nováková", TEXT, "Lor Emiěpsuš"),
    ("eva.novakova@firma.cz", TEXT, "lor.emipsudt@example.com"),
    ("Eva@Firma.CZ", TEXT, "Lor@Example.com"),
    ("eva at firma", TEXT, "lor em ipsud"),
    ("<p>Zákaznice <b>VIP</b>&nbsp;z Brna</p>", TEXT, "<p>Lěorempsu <b>DTA</b>&nbsp;n Tvec</p>"),
    ("Eva <eva@firma.cz>", TEXT, "Lor <mip@example.com>"),
    ("https://www.firma.cz/eva?a=1", TEXT, "https://example.com/lor?e=2"),
    ("003Qy00000AbCdEIAV", TEXT, "003000000000001AAA"),
    ("00QQy00000AbCdEIAV", TEXT, "00Q000000000001EAA"),
    ("177041", TEXT, "234567"),
    ("Praha;Brno", FieldKind.MULTIPICKLIST, "Lorem;Ipsu"),
    (12500.5, FieldKind.NUMBER, 23456.7),
    (-3, FieldKind.INTEGER, -1),
    (0, FieldKind.INTEGER, 0),
    (True, FieldKind.BOOLEAN, True),
    (None, TEXT, None),
    (date(1984, 5, 6), FieldKind.DATE, date(2001, 2, 3)),
    (datetime(2026, 5, 6, 7, 8, tzinfo=UTC), FieldKind.DATETIME, datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)),
    ("09:30:00.000Z", FieldKind.TIME, "12:34:00"),
]


@pytest.mark.parametrize(("value", "kind", "expected"), SHAPES, ids=[str(value) for value, _, _ in SHAPES])
def test_the_shape_stays(value: Any, kind: FieldKind, expected: Any) -> None:
    assert Inventor().invent(value, kind) == expected


PHONES = ["602 777 888", "+420602777888", "+420 224 123 456", "+49 30 901820", "00420 602 777 888"]


@pytest.mark.parametrize("number", PHONES)
def test_a_number_that_can_be_dialled_becomes_another_one_of_its_country(number: str) -> None:
    """A second one of the same record another again."""
    inventor = Inventor(region="CZ")
    made = inventor.invent(number, TEXT)
    parsed, own = phonenumbers.parse(made, "CZ"), phonenumbers.parse(number, "CZ")
    assert phonenumbers.is_valid_number(parsed)
    assert parsed.country_code == own.country_code
    assert parsed.national_number != own.national_number
    assert inventor.invent(number, TEXT) == made
    assert inventor.invent("602 777 889", TEXT) not in (made, "602 777 889")


def test_a_number_that_nobody_can_dial_stays_one() -> None:
    made = Inventor(region="CZ").invent("602 77", TEXT)
    assert made == "123 45"


def test_what_a_value_table_lists_stays() -> None:
    """The mapping file, which is in Git, has it already."""
    assert Inventor().invent("Banking", TEXT, {"Banking"}) == "Banking"
    assert Inventor().invent("Banking;Praha", FieldKind.MULTIPICKLIST, {"Banking"}) == "Banking;Lorem"


WORDS = st.text(st.characters(categories=["Lu", "Ll", "Lo", "Zs"]), max_size=60)


@given(WORDS, st.from_regex(r"[0-9]{1,5}", fullmatch=True))
def test_no_letter_and_no_digit_of_any_text_stays_in_its_place(words: str, digits: str) -> None:
    """So no word survives; the same text gives the same result."""
    value = f"{words} {digits}"
    made = Inventor().invent(value, TEXT)
    assert made == Inventor().invent(value, TEXT)
    assert len(made) == len(value)
    assert not any(own == other for own, other in zip(value, made, strict=True) if own.isalnum())
