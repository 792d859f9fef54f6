"""Which names somebody may have meant by a misspelt one. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

CUTOFF = 0.65
ALIKE_IN_ALL = re.compile(r"^customfields\.|__(c|r|pc|pr)$")
"""What many names have in common says nothing about how near two of them are."""
MOST_LISTED = 20


def near_names(name: str, known: Iterable[str], most: int = 1) -> list[str]:
    """Return at most ``most`` of the ``known`` names that are spelled nearly like ``name``, the nearest first."""
    by_stem: dict[str, str] = {}
    for each in known:
        by_stem.setdefault(_stem(each), each)
    return [by_stem[stem] for stem in difflib.get_close_matches(_stem(name), by_stem, n=most, cutoff=CUTOFF)]


def listed(names: Iterable[str]) -> str:
    """Return names as a list to choose from, the first ``MOST_LISTED`` of them."""
    ordered = sorted(names)
    rest = len(ordered) - MOST_LISTED
    return ", ".join(ordered[:MOST_LISTED]) + (f" and {rest} others" if rest > 0 else "")


def _stem(name: str) -> str:
    folded = name.casefold()
    return ALIKE_IN_ALL.sub("", folded) or folded
