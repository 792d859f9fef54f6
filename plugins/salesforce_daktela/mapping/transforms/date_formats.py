"""What may stand in the formats of dates and times."""

from __future__ import annotations

import re
from datetime import UTC, datetime


def format_problem(format: str) -> str:
    """What is wrong with a format that texts are read by, or nothing."""
    if "%" not in format:
        return "write it like %d.%m.%Y"
    try:
        datetime.strptime(datetime(2026, 12, 31, 23, 59, 58, tzinfo=UTC).strftime(format), format)  # noqa: DTZ007 a trial
    except (ValueError, re.error) as exc:
        return str(exc)
    return ""


def output_problem(output: str) -> str:
    """What is wrong with the output of a moment, or nothing."""
    if "%" not in output:
        return "write it like %d.%m.%Y"
    unknown = next((found for found in DIRECTIVES.findall(output) if found == "%" or found[-1] not in KNOWN), None)
    return "" if unknown is None else f"no part of a date or a time is written {unknown}"


DIRECTIVES = re.compile(r"%[-_0^#]*\d*[EO]?:?.?", re.DOTALL)
KNOWN = frozenset("aAbBcCdDeFgGhHIjklmMnpPrRsStTuUVwWxXyYzZ+%")
"""The letters that mean something to a C library; it writes others as they are."""


def day_problem(output: str) -> str:
    """What is wrong with the output of a day, or nothing."""
    return (
        "a date has no seconds: use the transform datetime"
        if "%s" in output.replace("%%", "")
        else output_problem(output)
    )
