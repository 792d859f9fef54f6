"""What a text of a certain meaning has to look like. Each check returns what is wrong and what to do, or None."""

from __future__ import annotations

import re
from collections.abc import Callable

from croniter import CroniterError, croniter

from salesforce_daktela.mapping.model import FieldPath
from salesforce_daktela.mapping.sources import parse_template
from salesforce_daktela.mapping.time_zones import is_time_zone

Check = Callable[[str], tuple[str, str] | None]

SOBJECT = r"[A-Za-z][A-Za-z0-9_]{0,79}"
NAME_LETTERS = "[A-Za-z0-9_-]*"
"""Letters of Daktela's unique names."""
LONGEST_KEY = 64
ID_LENGTH = 18


def cron_check(example: str) -> Check:
    """Return a check for cron expressions that advises to write one like ``example``."""

    def check(text: str) -> tuple[str, str] | None:
        return (
            None
            if _fires(text)
            else (f"{text!r} is not a valid cron expression", f'write five fields, like "{example}"')
        )

    return check


def _fires(schedule: str) -> bool:
    """Whether this is a cron expression of five fields that some day comes: 31 February never does."""
    try:
        croniter(schedule).get_next()
    except (CroniterError, ValueError, KeyError, TypeError, AttributeError):
        return False
    return len(schedule.split()) == 5


def timezone_problem(text: str) -> tuple[str, str] | None:
    """A time zone is an IANA name."""
    return None if is_time_zone(text) else (f"unknown time zone {text}", "write it like Europe/Prague")


def sobject_problem(text: str) -> tuple[str, str] | None:
    """An sObject is an API name; whether the org has it is asked later."""
    return (
        None if re.fullmatch(SOBJECT, text) else (f"{text!r} is not an API name", "write it like Contact or Smlouva__c")
    )


def key_problem(text: str) -> tuple[str, str] | None:
    """A key is a template of ``{Id}`` alone that gives a name that Daktela takes."""
    needs_id = ("must contain {Id} and no other field", 'write it like "sf_contact_{Id}"')
    try:
        pieces = parse_template(text).pieces
    except ValueError:
        return needs_id
    literal = "".join(piece for piece in pieces if isinstance(piece, str))
    if not re.fullmatch(NAME_LETTERS, literal):
        return "contains characters that a Daktela name cannot have", "use only A-Z, a-z, 0-9, _ and -"
    if [piece.path for piece in pieces if isinstance(piece, FieldPath)] != ["Id"]:
        return needs_id
    if len(literal) + ID_LENGTH > LONGEST_KEY:
        return f"gives names longer than {LONGEST_KEY} characters", "shorten the text around {Id}"
    return None
