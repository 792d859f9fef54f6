"""Transforms to dates, numbers and booleans."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any
from zoneinfo import ZoneInfo

from salesforce_daktela.mapping.render import plain_number, render
from salesforce_daktela.mapping.schema import FieldKind
from salesforce_daktela.mapping.time_zones import is_time_zone
from salesforce_daktela.mapping.transforms.date_formats import (
    day_problem,
    format_problem,
    output_problem,
    refuse_guessed_year,
    writes_time_only,
)
from salesforce_daktela.mapping.transforms.definition import (
    ANY,
    NUMBERS,
    WORDING,
    Kinds,
    Option,
    Transform,
    UnfitValueError,
    between,
    only_text,
)

TRUE = {"1", "true", "yes", "y", "ano", "on"}
FALSE = {"0", "false", "no", "n", "ne", "off"}


def _date(format: str | None, output: str | None, zone: str) -> Callable[[Any], str]:
    refuse_guessed_year(format, output)
    place = ZoneInfo(zone)

    def to_date(value: Any) -> str:
        if isinstance(value, datetime):
            found = value.astimezone(place).date()
        elif isinstance(value, date):
            found = value
        else:
            read = _parsed(value, format, "date_invalid")
            found = (read if read.utcoffset() is None else read.astimezone(place)).date()
        return found.isoformat() if output is None else format_moment(found, output)

    return to_date


def _datetime(format: str | None, output: str | None, zone: str) -> Callable[[Any], Any]:
    refuse_guessed_year(format, output)
    place = ZoneInfo(zone)

    def to_datetime(value: Any) -> Any:
        if output is not None and isinstance(value, str) and (clock := TIME.fullmatch(value.strip())):
            return _clock_time(clock[1], output)
        if isinstance(value, datetime):
            found = value
        else:
            day = isinstance(value, date)
            read = datetime.combine(value, time()) if day else _parsed(value, format, "datetime_invalid")
            # Through UTC, because a local time that the clocks skip has to become the hour after it.
            found = read.replace(tzinfo=place).astimezone(UTC) if read.utcoffset() is None else read
        return found if output is None else format_moment(found.astimezone(place), output)

    return to_datetime


def format_moment(moment: date, output: str) -> str:
    """Return ``strftime`` with years of four digits, and ``%s`` as the seconds since 1970 of that moment.

    C libraries write years before 1000 differently, and ``%s`` in the time zone of the machine.
    """
    year, iso_year = f"{moment.year:04d}", f"{moment.isocalendar().year:04d}"
    spelled = {"%Y": year, "%G": iso_year, "%F": f"{year}-%m-%d", "%C": year[:2], "%%": "%%"}
    if isinstance(moment, datetime):
        spelled["%s"] = str(math.floor(moment.timestamp()))
    return moment.strftime(YEARS.sub(lambda found: spelled.get(found.group(), found.group()), output))


YEARS = re.compile("%[YCGFs%]")
TIME = re.compile(r"(\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?Z?")
"""A time of day as Salesforce writes it. It has no zone, although it may end in ``Z``."""


def _clock_time(text: str, output: str) -> str:
    """Format a time of day. Raises UnfitValueError when ``output`` contains parts of a date."""
    try:
        moment = datetime.combine(date(2000, 1, 1), time.fromisoformat(text))
    except ValueError as exc:
        raise UnfitValueError("datetime_invalid") from exc
    if not writes_time_only(output):
        raise UnfitValueError("datetime_invalid")
    return moment.strftime(output)


def _parsed(value: Any, format: str | None, code: str) -> datetime:
    text = str(value).strip()
    try:
        if format is not None:
            return datetime.strptime(text, format)  # noqa: DTZ007 the zone is added by the caller
        return datetime.fromisoformat(text)
    except ValueError as exc:
        raise UnfitValueError(code) from exc


def _number(decimals: int | None, decimal_comma: bool) -> Callable[[Any], str]:
    unit = None if decimals is None else Decimal(1).scaleb(-decimals)

    def to_number(value: Any) -> str:
        text = "".join(value.split()) if isinstance(value, str) else _digits(value)
        text = _with_point(text) if decimal_comma and isinstance(value, str) else text
        if not NUMBER.fullmatch(text):
            raise UnfitValueError("number_invalid")
        number = Decimal(text)
        return plain_number(number if unit is None else _rounded(number, unit))

    return to_number


def _digits(value: Any) -> str:
    try:
        return render(value, UTC)
    except ValueError as exc:
        raise UnfitValueError("not_sendable") from exc


def _with_point(text: str) -> str:
    """Return ``1.234,50`` as ``1234.50``. Points are taken out where they part thousands, and nowhere else."""
    whole, comma, fraction = text.partition(",")
    whole = whole.replace(".", "") if THOUSANDS.fullmatch(whole) else whole
    return f"{whole}.{fraction}" if comma else whole


THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:\.[0-9]{3})+")


def _rounded(number: Decimal, unit: Decimal) -> Decimal:
    """Round halves away from zero."""
    with localcontext(prec=200):
        return number.quantize(unit, ROUND_HALF_UP)


NUMBER = re.compile(r"[+-]?(?:[0-9]{1,60}(?:\.[0-9]{0,60})?|\.[0-9]{1,60})(?:[eE][+-]?[0-9]{1,2})?")


def _boolean(true: str, false: str) -> Callable[[Any], str]:
    def to_boolean(value: str) -> str:
        word = value.strip().casefold()
        if word in TRUE:
            return true
        if word in FALSE:
            return false
        raise UnfitValueError("boolean_invalid")

    return to_boolean


def _zone_problem(zone: str) -> str:
    return "" if is_time_zone(zone) else "write a time zone like Europe/Prague"


def _takes_moments(options: Mapping[str, Any]) -> Kinds:
    """A time of day can only be written as one."""
    output = options.get("output")
    return ANY if output is not None and writes_time_only(output) else ANY - {FieldKind.TIME}


def _gives_moments(_kinds: Kinds, options: Mapping[str, Any]) -> Kinds:
    return frozenset({FieldKind.DATETIME if options.get("output") is None else FieldKind.TEXT})


MOMENT = {
    "format": Option(type=str, default=None, check=format_problem),
    "output": Option(type=str, default=None, check=output_problem),
    "zone": Option(type=str, default=None, check=_zone_problem),
}
MOMENTS = WORDING | {FieldKind.DATE, FieldKind.DATETIME}
YES_OR_NO = WORDING | NUMBERS | {FieldKind.BOOLEAN}
TRANSFORMS = (
    Transform(
        name="date",
        make=lambda format, output, zone: _date(format, output, zone),
        options={**MOMENT, "output": Option(type=str, default=None, check=day_problem)},
        main="format",
        accepts=MOMENTS,
        gives=only_text,
    ),
    Transform(
        name="datetime",
        make=lambda format, output, zone: _datetime(format, output, zone),
        options=MOMENT,
        main="format",
        accepts=MOMENTS | {FieldKind.TIME},
        only=_takes_moments,
        gives=_gives_moments,
    ),
    Transform(
        name="number",
        make=lambda decimals, decimal_comma: _number(decimals, decimal_comma),
        options={
            "decimals": Option(type=int, default=None, check=between(0, 20)),
            "decimal_comma": Option(type=bool, default=False),
        },
        main="decimals",
        accepts=YES_OR_NO,
        gives=only_text,
    ),
    Transform(
        name="boolean",
        make=lambda true, false: _boolean(true, false),
        options={"true": Option(type=str, default="1"), "false": Option(type=str, default="0")},
        accepts=YES_OR_NO,
        rendered=True,
        gives=only_text,
    ),
)
