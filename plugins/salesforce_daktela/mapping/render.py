"""Values as the texts that Daktela takes. Pure."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from decimal import Decimal

import regex

Value = str | int | float | bool | date | datetime | Decimal


def render(value: Value, zone: tzinfo) -> str:
    """Return the text of one value; datetimes in the server's ``zone``, numbers without exponent or trailing zeros."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float | Decimal):
        return plain_number(value)
    if isinstance(value, datetime):
        return value.astimezone(zone).replace(microsecond=0, tzinfo=None).isoformat(sep=" ")
    return value.isoformat()


def plain_number(value: float | Decimal) -> str:
    """Return the shortest decimal that reads back the same: ``1234567.89``, ``1000000000000``, ``0``."""
    number = value if isinstance(value, Decimal) else Decimal(repr(value))
    if not number.is_finite():
        raise ValueError("not a finite number")
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def is_empty(value: object) -> bool:
    """Whether a value counts as empty: null, nothing, only white space, an empty list. Zero and false are values."""
    if value is None:
        return True
    if isinstance(value, str):
        return not value[:1].isalnum() and not value.strip(WHITE)
    return isinstance(value, list | tuple) and all(is_empty(item) for item in value)


WHITE = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
    "\0\u200b\ufeff"
)
"""White space of Unicode, and invisible characters that people paste: NUL, zero width space, byte order mark."""

MAYBE_EMPTY = frozenset(("", *WHITE))
"""First characters of texts that may be empty; a text that begins with anything else is not."""


def cut(text: str, length: int) -> str:
    """Return at most ``length`` code points, never a part of a composed character."""
    if len(text) <= length:
        return text
    end = start = _sure_end(text, length)
    for cluster in CLUSTER.finditer(text[start : length + LONGEST_CLUSTER]) if start < length else ():
        if start + cluster.end() > length:
            break
        end = start + cluster.end()
    return text[: end or length]


def _sure_end(text: str, length: int) -> int:
    """The last place up to ``length`` between two characters of ASCII, which compose nothing; 0 if there is none."""
    for end in range(length, 0, -1):
        pair = text[end - 1 : end + 1]
        if pair.isascii() and pair != "\r\n":
            return end
    return 0


CLUSTER = regex.compile(r"\X")
LONGEST_CLUSTER = 64
"""How many code points after the cut are read to find the end of the last character."""
