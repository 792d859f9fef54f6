"""The mappings that come with this program, as starting points for mappings of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.model import MappingSpec

FOLDER = Path(__file__).with_name("starting_points")


@dataclass(frozen=True, slots=True, kw_only=True)
class StartingPoint:
    """A mapping file that works on a fresh Daktela, and what it says."""

    name: str
    text: str
    spec: MappingSpec


@cache
def starting_points() -> tuple[StartingPoint, ...]:
    """Return them, parents before children."""
    return tuple(
        StartingPoint(name=spec.name, text=(FOLDER / f"{spec.name}.yaml").read_text(encoding="utf-8"), spec=spec)
        for spec in load_sync(FOLDER).mappings
    )


def starting_point(sobject: str) -> StartingPoint | None:
    """Return the one for an object, if there is one."""
    return next((each for each in starting_points() if each.spec.sobject.lower() == sobject.lower()), None)
