"""Transforms of this project: every public function is one, by its name. See docs/mapping.md, "Your own"."""

from __future__ import annotations


def ico(value: str, *, digits: int = 8) -> str:
    """Fill a Czech company number up with zeros on the left: ``2795281`` becomes ``02795281``.

    Raises ValueError for anything but digits; the field's ``on_error`` says what happens then.
    """
    number = "".join(value.split())
    if not (number.isascii() and number.isdigit()) or len(number) > digits:
        raise ValueError(f"a company number has at most {digits} digits")
    return number.rjust(digits, "0")
