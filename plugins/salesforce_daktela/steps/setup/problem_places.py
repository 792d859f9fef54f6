"""Where a problem belongs in a form: the row of its field, and the key in it. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from salesforce_daktela.mapping.problems import MappingProblem
from salesforce_daktela.mapping.target import REQUIRED

FIELDS = "fields"
MISSING = re.compile(r"(\w+) is missing")
NEEDED = frozenset(target for targets in REQUIRED.values() for target in targets)
NAMED_KEY = re.compile(r"mapping key `(\w+)`")
"""How errors of the two systems name a key."""


@dataclass(frozen=True, slots=True)
class Place:
    """``target`` is the row's field, ``key`` a key of its rule; without a row, a key of the file. None is all of it."""

    target: str | None = None
    key: str | None = None


def place_of(problem: MappingProblem, targets: Collection[str]) -> Place:
    """Return where a problem of a mapping file is shown; ``targets`` are the fields that have a row.

    Names of custom fields have a dot, as levels have one between them: the longest field that fits is meant.
    """
    named = NAMED_KEY.fullmatch(problem.path)
    if named is not None:
        return Place(key=named.group(1))
    head, _, rest = problem.path.partition(".")
    if head != FIELDS:
        return Place(key=head or None)
    if not rest:
        missing = MISSING.fullmatch(problem.what)
        return Place(target=missing.group(1)) if missing and missing.group(1) in NEEDED else Place()
    fits = [target for target in targets if rest == target or rest.startswith(f"{target}.")]
    target = max(fits, key=len, default=rest)
    return Place(target=target, key=rest[len(target) + 1 :].partition(".")[0] or None)
