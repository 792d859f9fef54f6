"""Finds the names that are similar to a misspelt one. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

CUTOFF = 0.65
ALIKE_IN_ALL = re.compile(r"^customfields\.|__(c|r|pc|pr)$")
"""Parts that many names share: they are left out when two names are compared."""
MOST_LISTED = 20


def near_names(name: str, known: Iterable[str], most: int = 1) -> list[str]:
    """Return at most ``most`` of the ``known`` names that are similar to ``name``, the most similar first."""
    by_stem: dict[str, str] = {}
    for each in known:
        by_stem.setdefault(_stem(each), each)
    return [by_stem[stem] for stem in difflib.get_close_matches(_stem(name), by_stem, n=most, cutoff=CUTOFF)]


def listed(names: Iterable[str]) -> str:
    """Return names as a text, at most ``MOST_LISTED`` of them."""
    ordered = sorted(names)
    rest = len(ordered) - MOST_LISTED
    return ", ".join(ordered[:MOST_LISTED]) + (f" and {rest} others" if rest > 0 else "")


def _stem(name: str) -> str:
    folded = name.casefold()
    return ALIKE_IN_ALL.sub("", folded) or folded
