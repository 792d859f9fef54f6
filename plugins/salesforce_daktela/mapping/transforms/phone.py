"""The transform of phone numbers: it finds every number in a text and writes each in one format."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from salesforce_daktela.mapping.transforms.definition import NUMBERS, WORDING, Option, Transform, one_of, only_text

STYLES = ("e164", "international", "national", "00")


def _phone(region: str | None, style: str) -> Callable[[Any], Any]:
    def phone(value: Any) -> Any:
        # With the first value: every task reads the mapping files, and most of them map nothing.
        from salesforce_daktela.mapping.transforms.phone_numbers import phone_numbers

        return phone_numbers(str(value), region, style)

    return phone


def _region_problem(region: str) -> str:
    return "" if region in _regions() else "write a country code of two capital letters, for example CZ"


@cache
def _regions() -> frozenset[str]:
    """The library's regions by its data files' names; to import it takes longer than to read a mapping."""
    found = find_spec("phonenumbers")
    folders = (found and found.submodule_search_locations) or ()
    names = (path.stem.removeprefix("region_") for folder in folders for path in Path(folder).glob("data/region_*.py"))
    # Those of numbers are services that belong to no country.
    return frozenset(name for name in names if name.isalpha())


TRANSFORMS = (
    Transform(
        name="phone",
        make=lambda region, format: _phone(region, format),
        options={
            "region": Option(type=str, default=None, check=_region_problem),
            "format": Option(type=str, default="e164", check=one_of(*STYLES)),
        },
        main="region",
        accepts=WORDING | NUMBERS,
        rendered=True,
        gives=only_text,
        sendable=True,
    ),
)
