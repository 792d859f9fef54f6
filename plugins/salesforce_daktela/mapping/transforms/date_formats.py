"""What may stand in the formats of dates and times: parts that mean one thing, on every machine, and are not ignored.

Names of days and months and AM and PM are the English ones.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

EXAMPLE = "write it like %d.%m.%Y"
BY_MACHINE = frozenset("cxXr+")
"""What these stand for is a matter of the machine's language."""
DAYS_OF_WEEK = frozenset("aAwu")
DAYS = frozenset("djUWV")
OF_A_YEAR = frozenset("YyCGgFDcsjaAwuUWVzZ")
"""What is written of these is another one in another year."""

DIRECTIVES = re.compile(r"%([-_0^#]*\d*)([EO]?:?)(.?)", re.DOTALL)
KNOWN = frozenset("aAbBCdDeFgGhHIjklmMnpPRsStTuUVwWyYzZ%")
"""The letters that mean one thing to each C library; it writes those without a meaning as they are."""
BARE = frozenset("szZ")
"""Behind a width or a flag, the C library writes these of the machine's own zone."""
OF_TIME = frozenset("HIklMSpPRT")
OF_MOMENTS = OF_TIME | {"s", "z", "Z"}


def format_problem(format: str) -> str:
    """What is wrong with a format that texts are read by, or nothing."""
    if "%" not in format:
        return EXAMPLE
    read = set(re.findall("%(.)", format, re.DOTALL))
    return _ignored(read) or _unreadable(format)


def _ignored(read: set[str]) -> str:
    if "Z" in read:
        return (
            "%Z reads no zone: write %z for an offset such as +0200, or the letters of the text as they are, and name "
            "the zone as the option zone of the transform datetime"
        )
    for letter in sorted(read & BY_MACHINE):
        return f"what %{letter} means depends on the machine: write its parts, like %d.%m.%Y"
    if ("p" in read) != ("I" in read):
        return "%I is an hour of half a day, and %p says which half: write both, or %H for hours up to 23"
    for letter in sorted(read & DAYS_OF_WEEK):
        if not read & DAYS:
            return f"%{letter} alone tells no day: add %d"
    for letter in sorted(read & {"U", "W"}):
        if not read & (DAYS_OF_WEEK | {"d", "j"}):
            return f"%{letter} needs a day of its week, such as %a"
    return ""


def _unreadable(format: str) -> str:
    try:
        datetime.strptime(datetime(2026, 12, 31, 23, 59, 58, tzinfo=UTC).strftime(format), format)  # noqa: DTZ007 a trial
    except (ValueError, re.error) as exc:
        return str(exc)
    return ""


def refuse_guessed_year(format: str | None, output: str | None) -> None:
    """Raise ValueError when a year would be written that ``format`` does not read: it would always be 1900."""
    if format is None or set(re.findall("%(.)", format, re.DOTALL)) & {"Y", "y", "G"}:
        return
    if output is None or {letter for _, _, letter in DIRECTIVES.findall(output)} & OF_A_YEAR:
        raise ValueError("the format reads no year: add %Y to it, or write only parts that need none, like %d.%m.")


def output_problem(output: str) -> str:
    """What is wrong with the output of a moment, or nothing."""
    if "%" not in output:
        return EXAMPLE
    for found in DIRECTIVES.finditer(output):
        how, modifier, letter = found.groups()
        if modifier or letter in BY_MACHINE:
            return f"what {found.group()} means depends on the machine: write its parts, like %d.%m.%Y"
        if letter not in KNOWN or not letter:
            return f"no part of a date or a time is written {found.group()}"
        if how and letter in BARE:
            return f"nothing may stand between % and {letter}"
    return ""


def day_problem(output: str) -> str:
    """What is wrong with the output of a day, or nothing."""
    for found in DIRECTIVES.finditer(output):
        if found[3] in OF_MOMENTS:
            return f"a date has no time of day, which {found.group()} would write: use the transform datetime"
    return output_problem(output)


def writes_time_only(output: str) -> bool:
    """Whether ``output`` writes hours, minutes and seconds, and nothing of a day."""
    letters = {letter for _, _, letter in DIRECTIVES.findall(output)} - {"%"}
    return bool(letters) and letters <= OF_TIME
