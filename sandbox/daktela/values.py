"""Values of custom fields: one check and one stored form per field type."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time

from sandbox.daktela.custom_fields import CustomField
from sandbox.daktela.switches import Switches

_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[\w](?:[\w-]{0,61}[\w])?\.)+[A-Za-z]{2,63}"
)
_PHONE = re.compile(r"\+?[\d\s()/.\-]{3,32}")
_URL = re.compile(r"https?://[^\s/]+\S*")
_CHECKED = {"1": "1", "true": "1", "0": "0", "false": "0"}


def scalar_text(value: object) -> str | None:
    """Return a JSON scalar as Daktela stores it, a text; None for null. Raises TypeError for a list or a map."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, str | int | float):
        return str(value)
    raise TypeError(f"expected a scalar, got {type(value).__name__}")


def fitting(field: CustomField, value: str, switches: Switches) -> bool:
    """Whether ``value`` is valid for ``field``."""
    if field.items is not None:
        return switches.select_values == "stored" or value in field.items
    if field.pattern and re.fullmatch(field.pattern, value) is None:
        return False
    return _CHECKS.get(field.type, _anything)(value)


def stored_text(value: str, switches: Switches) -> str:
    """Return a text as the instance stores it."""
    if switches.text_stored == "trimmed":
        return value.strip()
    return " ".join(value.split()) if switches.text_stored == "collapsed" else value


def stored_values(field: CustomField, values: list[str], switches: Switches) -> list[str]:
    """Return the values of a custom field as the instance stores them."""
    kept = [_stored(field, value, switches) for value in values]
    return sorted(kept) if switches.lists_sorted else kept


def _stored(field: CustomField, value: str, switches: Switches) -> str:
    if field.type == "PHONE":
        phone = re.sub(r"\s", "", value) if switches.phones_stripped else value
        return f"00{phone[1:]}" if switches.plus_stored_as_zeros and phone.startswith("+") else phone
    if field.type == "CHECKBOX":
        return _CHECKED[value.lower()]
    if field.type == "DATE" and switches.dates_with_midnight:
        return f"{value[:10]} 00:00:00"
    if field.type == "DATETIME":
        return str(datetime.fromisoformat(value).replace(tzinfo=None, microsecond=0))
    return stored_text(value, switches)


def is_moment(value: str) -> bool:
    """Whether a text is a date and time."""
    return _parses(datetime.fromisoformat)(value)


def _parses(parse: Callable[[str], object]) -> Callable[[str], bool]:
    def check(value: str) -> bool:
        try:
            parse(value)
        except ValueError:
            return False
        return True

    return check


def _anything(value: str) -> bool:
    return "\0" not in value


def _date(value: str) -> date:
    return datetime.fromisoformat(value).date() if len(value) > 10 else date.fromisoformat(value)


_CHECKS: Mapping[str, Callable[[str], bool]] = {
    "EMAIL": lambda value: _EMAIL.fullmatch(value) is not None,
    "PHONE": lambda value: _PHONE.fullmatch(value) is not None and any(mark.isdigit() for mark in value),
    "URL": lambda value: _URL.fullmatch(value) is not None,
    "CHECKBOX": lambda value: value.lower() in _CHECKED,
    "DATE": _parses(_date),
    "DATETIME": _parses(datetime.fromisoformat),
    "TIME": _parses(time.fromisoformat),
}
