"""Transforms to dates, numbers and booleans."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from salesforce_daktela.mapping.render import plain_number
from salesforce_daktela.mapping.transforms.definition import Option, Transform, UnfitValueError, at_least

TRUE = {"1", "true", "yes", "y", "ano", "on"}
FALSE = {"0", "false", "no", "n", "ne", "off"}


def _date(format: str | None, zone: str) -> Callable[[Any], date]:
    def to_date(value: Any) -> date:
        if isinstance(value, datetime):
            return value.astimezone(ZoneInfo(zone)).date()
        if isinstance(value, date):
            return value
        return _parsed(value, format, "date_invalid").date()

    return to_date


def _datetime(format: str | None, zone: str) -> Callable[[Any], datetime]:
    def to_datetime(value: Any) -> datetime:
        if isinstance(value, datetime):
            return value
        if isinstance(value, date):
            return datetime(value.year, value.month, value.day, tzinfo=ZoneInfo(zone))
        found = _parsed(value, format, "datetime_invalid")
        return found.replace(tzinfo=ZoneInfo(zone)) if found.utcoffset() is None else found

    return to_datetime


def _parsed(value: Any, format: str | None, code: str) -> datetime:
    text = str(value).strip()
    try:
        if format is not None:
            return datetime.strptime(text, format)  # noqa: DTZ007 the zone is added by the caller
        return datetime.fromisoformat(text)
    except ValueError as exc:
        raise UnfitValueError(code) from exc


def _number(decimals: int | None, decimal_comma: bool) -> Callable[[Any], str]:
    def to_number(value: Any) -> str:
        if isinstance(value, bool):
            return "1" if value else "0"
        text = plain_number(value) if isinstance(value, float) else str(value)
        text = re.sub(r"[\s\u00a0\u202f]", "", text)
        text = text.replace(".", "").replace(",", ".") if decimal_comma and isinstance(value, str) else text
        try:
            number = Decimal(text)
            if not number.is_finite():
                raise UnfitValueError("number_invalid")
            return plain_number(number if decimals is None else round(number, decimals))
        except InvalidOperation as exc:
            raise UnfitValueError("number_invalid") from exc

    return to_number


def _boolean(true: str, false: str) -> Callable[[Any], str]:
    def to_boolean(value: Any) -> str:
        word = ("1" if value else "0") if isinstance(value, bool) else str(value).strip().casefold()
        if word in TRUE:
            return true
        if word in FALSE:
            return false
        raise UnfitValueError("boolean_invalid")

    return to_boolean


def _zone_problem(zone: str) -> str:
    return "" if zone in available_timezones() else "write a zone like Europe/Prague"


def _format_problem(format: str) -> str:
    try:
        datetime.now(UTC).strftime(format)
    except ValueError as exc:
        return str(exc)
    return "" if "%" in format else "write it like %d.%m.%Y"


MOMENT = {
    "format": Option(type=str, default=None, check=_format_problem),
    "zone": Option(type=str, default="UTC", check=_zone_problem),
}
TRANSFORMS = (
    Transform(name="date", make=lambda format, zone: _date(format, zone), options=MOMENT, main="format"),
    Transform(name="datetime", make=lambda format, zone: _datetime(format, zone), options=MOMENT, main="format"),
    Transform(
        name="number",
        make=lambda decimals, decimal_comma: _number(decimals, decimal_comma),
        options={
            "decimals": Option(type=int, default=None, check=at_least(0)),
            "decimal_comma": Option(type=bool, default=False),
        },
        main="decimals",
    ),
    Transform(
        name="boolean",
        make=lambda true, false: _boolean(true, false),
        options={"true": Option(type=str, default="1"), "false": Option(type=str, default="0")},
    ),
)
