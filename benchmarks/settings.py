"""The sizes of the measurements."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
HOME = PROJECT / ".bench"


class Size(StrEnum):
    """``quick`` only shows that everything works, ``full`` is the size of the targets, ``middle`` is between them."""

    QUICK = "quick"
    MIDDLE = "middle"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """``home`` is a folder for the group. ``rows`` are the records of a large object, ``hook_rows`` those for Airflow's
    hook, ``load_rows`` those written with one call each. A median is of ``repeats`` runs.
    """

    home: Path
    size: Size
    rows: int
    hook_rows: int
    load_rows: int
    repeats: int

    @property
    def quick(self) -> bool:
        """Whether the numbers have no meaning."""
        return self.size is Size.QUICK


SIZES = {
    Size.QUICK: {"rows": 10_000, "hook_rows": 3_000, "load_rows": 500, "repeats": 1},
    Size.MIDDLE: {"rows": 300_000, "hook_rows": 100_000, "load_rows": 5_000, "repeats": 3},
    Size.FULL: {"rows": 1_000_000, "hook_rows": 200_000, "load_rows": 20_000, "repeats": 3},
}


def settings_of(size: Size, home: Path) -> Settings:
    """The settings of a size."""
    return Settings(home=home, size=size, **SIZES[size])
