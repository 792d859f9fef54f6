"""Spans of time as people write them."""

from __future__ import annotations

import re
from datetime import timedelta

from salesforce_daktela.mapping.language.section import Section

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
LONGEST = timedelta(days=7)


def parse_span(section: Section, key: str, usual: timedelta) -> timedelta:
    """Return ``10m``, ``30s``, ``2h`` or ``1d`` as a timedelta; anything else is a problem."""
    text = section.text(key)
    if text is None:
        return usual
    found = re.fullmatch(r"(\d{1,6})\s*([smhd])", text.strip())
    span = None if found is None else timedelta(**{UNITS[found.group(2)]: int(found.group(1))})
    if span is None or span > LONGEST:
        section.refuse(key, f"{text!r} is no span of time", "write it like 30s, 10m, 2h or 1d, at most 7d")
        return usual
    return span
