"""Date literals such as LAST_N_DAYS:7: half-open spans of days on the user's calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sandbox.salesforce.soql.errors import SoqlError
from sandbox.salesforce.soql.tree import DateLiteral

USER_ZONE = ZoneInfo("Europe/Prague")
Span = tuple[date, date]
DAY = timedelta(days=1)


def literal_span(literal: DateLiteral, today: date) -> Span:
    """Return the first day and the day after the last of ``literal``.

    Raises SoqlError MALFORMED_QUERY for a name Salesforce does not know or a missing or superfluous number.
    """
    if literal.count is None and literal.name in _PLAIN:
        return _PLAIN[literal.name](today)
    if literal.count is not None and literal.name in _COUNTED:
        return _COUNTED[literal.name](today, literal.count)
    raise SoqlError("MALFORMED_QUERY", f"unexpected token: '{literal.name}'")


def stored(moment: datetime) -> str:
    """Return an aware datetime as the tables store it; this text sorts by time."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def midnight(day: date) -> str:
    """Return the start of ``day`` in the user's zone, as the tables store it."""
    return stored(datetime.combine(day, time(), USER_ZONE))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _month(day: date, shift: int) -> date:
    months = day.year * 12 + day.month - 1 + shift
    return date(months // 12, months % 12 + 1, 1)


def _year(day: date, shift: int) -> date:
    return date(day.year + shift, 1, 1)


def _days(first: int, end: int) -> Callable[[date], Span]:
    return lambda today: (today + first * DAY, today + end * DAY)


def _weeks(first: int, end: int) -> Callable[[date], Span]:
    return lambda today: (_monday(today) + 7 * first * DAY, _monday(today) + 7 * end * DAY)


def _months(first: int, end: int) -> Callable[[date], Span]:
    return lambda today: (_month(today, first), _month(today, end))


def _quarters(first: int, end: int) -> Callable[[date], Span]:
    def span(today: date) -> Span:
        into = (today.month - 1) % 3
        return _month(today, 3 * first - into), _month(today, 3 * end - into)

    return span


def _years(first: int, end: int) -> Callable[[date], Span]:
    return lambda today: (_year(today, first), _year(today, end))


_PLAIN: dict[str, Callable[[date], Span]] = {
    "YESTERDAY": _days(-1, 0),
    "TODAY": _days(0, 1),
    "TOMORROW": _days(1, 2),
    "LAST_90_DAYS": _days(-90, 1),
    "NEXT_90_DAYS": _days(1, 91),
}
for _unit, _spans in (("WEEK", _weeks), ("MONTH", _months), ("QUARTER", _quarters), ("YEAR", _years)):
    _PLAIN |= {f"LAST_{_unit}": _spans(-1, 0), f"THIS_{_unit}": _spans(0, 1), f"NEXT_{_unit}": _spans(1, 2)}

_COUNTED: dict[str, Callable[[date, int], Span]] = {
    "LAST_N_DAYS": lambda today, count: _days(-count, 1)(today),
    "NEXT_N_DAYS": lambda today, count: _days(1, count + 1)(today),
    "N_DAYS_AGO": lambda today, count: _days(-count, 1 - count)(today),
    "LAST_N_WEEKS": lambda today, count: _weeks(-count, 0)(today),
    "NEXT_N_WEEKS": lambda today, count: _weeks(1, count + 1)(today),
    "LAST_N_MONTHS": lambda today, count: _months(-count, 0)(today),
    "NEXT_N_MONTHS": lambda today, count: _months(1, count + 1)(today),
    "LAST_N_QUARTERS": lambda today, count: _quarters(-count, 0)(today),
    "NEXT_N_QUARTERS": lambda today, count: _quarters(1, count + 1)(today),
    "LAST_N_YEARS": lambda today, count: _years(-count, 0)(today),
    "NEXT_N_YEARS": lambda today, count: _years(1, count + 1)(today),
}
