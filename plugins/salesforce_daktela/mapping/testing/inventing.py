"""Invented values in the shape of a record's own, so that a test made of them takes the same way through a mapping.

A letter becomes another letter of the same case, a digit another digit; white space, punctuation and HTML tags stay.
Addresses end in example.com, numbers that can be dialled become examples of their country and type, Ids keep the three
letters that name their object. Nothing is random: the same shapes give the same values.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import phonenumbers

from salesforce_daktela.mapping.render import plain_number
from salesforce_daktela.mapping.schema import FieldKind
from salesforce_daktela.mapping.transforms.lists import table_key

LETTERS, ACCENTED, DIGITS = "loremipsudtantvecqgbfhwkjyxz", "ěščřžýáíéúů", "1234567890"
DAY = date(2001, 2, 3)
ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
ELEMENT = (
    r"</?(?:a|b|blockquote|br|code|div|em|font|h[1-6]|hr|i|img|li|ol|p|pre|span|strong|table|tbody|td|th|thead|tr|u|ul)"
    r"(?=[\s/>])"
)
KEPT = re.compile(rf"{ELEMENT}|&[a-z]+;|https?://|\bwww\.", re.IGNORECASE)
"""Pieces of a text that its form depends on: names of HTML elements, entities, the beginning of an address."""
ADDRESS = re.compile(r"(?<=@)[\w-]+(?:\.[\w-]+)+|(?<=://)[^\s/<>\"]+|(?<=\bwww\.)[^\s/<>\"]+", re.IGNORECASE)
DIALLED = re.compile(r"\+?\d[\d ().-]{5,}\d")
PIECES = re.compile(f"(?P<host>{ADDRESS.pattern})|(?P<kept>{KEPT.pattern})|(?P<dialled>{DIALLED.pattern})", re.I)


@dataclass(slots=True)
class Inventor:
    """Invents for one record; equal values become equal ones. ``region`` is the country of numbers without one."""

    region: str | None = None
    _known: dict[tuple[FieldKind, Any], Any] = field(default_factory=dict, repr=False)
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1), repr=False)
    _days: Iterator[int] = field(default_factory=itertools.count, repr=False)
    _letters: Iterator[str] = field(default_factory=lambda: itertools.cycle(LETTERS), repr=False)
    _accented: Iterator[str] = field(default_factory=lambda: itertools.cycle(ACCENTED), repr=False)
    _digits: Iterator[str] = field(default_factory=lambda: itertools.cycle(DIGITS), repr=False)
    _numbers: Iterator[int] = field(default_factory=itertools.count, repr=False)

    def invent(self, value: Any, kind: FieldKind, listed: Collection[str] = ()) -> Any:
        """Return another value of the same kind. Booleans, zero and values ``listed`` in a mapping's tables stay."""
        if value is None or isinstance(value, bool) or table_key(value) in listed:
            return value
        if kind is FieldKind.MULTIPICKLIST:
            return ";".join(self.invent(item, FieldKind.TEXT, listed) for item in str(value).split(";"))
        if (kind, value) not in self._known:
            self._known[kind, value] = self._another(value, kind)
        return self._known[kind, value]

    def _another(self, value: Any, kind: FieldKind) -> Any:
        if kind is FieldKind.DATE:
            return DAY + timedelta(days=next(self._days))
        if kind is FieldKind.DATETIME:
            return datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC) + timedelta(days=next(self._days))
        if kind is FieldKind.TIME:
            return "12:34:00"
        if isinstance(value, int | float):
            return type(value)("".join(self._digit(sign) for sign in plain_number(value)) if value else 0)
        return self._id(value) if is_reference(value) else self._text(value)

    def _digit(self, sign: str) -> str:
        """A number keeps its length: a zero at its beginning would take that away."""
        return next(digit for digit in self._digits if digit not in ("0", sign)) if sign.isdigit() else sign

    def _id(self, value: str) -> str:
        """No record has an Id of zeros and a number; its suffix says that only its first letters may be capitals."""
        whole = f"{value[:3]}{next(self._ids):012d}"
        bits = sum(1 << place for place, letter in enumerate(whole[:5]) if letter.isupper())
        return f"{whole}{'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'[bits]}AA"

    def _text(self, value: str) -> str:
        tries = (self._shaped(value) for _ in range(3))  # one or two letters may meet themselves
        return next((made for made in tries if made != value), value)

    def _shaped(self, value: str) -> str:
        made, end = "", 0
        for found in PIECES.finditer(value):
            made += self._letters_of(value[end : found.start()])
            made += self._piece(found)
            end = found.end()
        return made + self._letters_of(value[end:])

    def _piece(self, found: re.Match[str]) -> str:
        if found["kept"] is not None:
            return found.group()
        if found["host"] is not None:
            return "Example.com" if any(map(str.isupper, found.group())) else "example.com"
        return self._dialled(found.group())

    def _letters_of(self, text: str) -> str:
        return "".join(self._letter(letter) for letter in text)

    def _letter(self, letter: str) -> str:
        if letter.isdigit():
            return next(digit for digit in self._digits if digit != letter)
        if not letter.isalpha():
            return letter
        letters = self._letters if letter.isascii() else self._accented
        made = next(other for other in letters if other != letter.lower())
        return made.upper() if letter.isupper() else made

    def _dialled(self, text: str) -> str:
        """Another number of its country and type, in the same groups; one that nobody can dial stays such a one."""
        try:
            parsed = phonenumbers.parse(text, self.region)
        except phonenumbers.NumberParseException:
            return self._letters_of(text)
        region = phonenumbers.region_code_for_number(parsed)
        example = region and phonenumbers.example_number_for_type(region, phonenumbers.number_type(parsed))
        if not phonenumbers.is_valid_number(parsed) or not example:
            return self._letters_of(text)
        digits = str(int(str(example.national_number)) + next(self._numbers))
        prefix = f"+{parsed.country_code}" if text.startswith("+") else ""
        rest = text[len(prefix) :] if text.startswith(prefix) else text
        if sum(map(str.isdigit, rest)) != len(digits):
            return f"+{parsed.country_code}{digits}"
        fill = iter(digits)
        return prefix + "".join(next(fill) if sign.isdigit() else sign for sign in rest)


def is_reference(value: str) -> bool:
    """Whether a text has the form of a record's Id, which holds digits."""
    return ID.fullmatch(value) is not None and any(letter.isdigit() for letter in value)
