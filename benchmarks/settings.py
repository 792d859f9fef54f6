"""How much is measured."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
HOME = PROJECT / ".bench"


class Size(StrEnum):
    """``quick`` shows that everything works, ``full`` is what the targets are about, ``middle`` lies between."""

    QUICK = "quick"
    MIDDLE = "middle"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """``home`` is a folder of the group's own. ``rows`` are the records of a large object, ``hook_rows`` those that
    the stock hook gets, ``load_rows`` those written one call each, ``repeats`` the runs that a median is taken of.
    """

    home: Path
    size: Size
    rows: int
    hook_rows: int
    load_rows: int
    repeats: int

    @property
    def quick(self) -> bool:
        """Whether numbers are only to be there, not to mean anything."""
        return self.size is Size.QUICK


SIZES = {
    Size.QUICK: {"rows": 10_000, "hook_rows": 3_000, "load_rows": 500, "repeats": 1},
    Size.MIDDLE: {"rows": 300_000, "hook_rows": 100_000, "load_rows": 5_000, "repeats": 3},
    Size.FULL: {"rows": 1_000_000, "hook_rows": 200_000, "load_rows": 20_000, "repeats": 3},
}


def settings_of(size: Size, home: Path) -> Settings:
    """The settings of a size."""
    return Settings(home=home, size=size, **SIZES[size])
