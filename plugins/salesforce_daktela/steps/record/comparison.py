"""A record as a run would write it, beside what Daktela holds. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from salesforce_daktela.daktela.write.read_back import differences, paths_of
from salesforce_daktela.mapping.target import CUSTOM_FIELDS

UNSEEN = "unseen"
"""Daktela's reply does not have the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldField:
    """One field. ``how`` is empty where both are equal, ``unseen``, or as in ``FieldDifference``."""

    path: str
    sent: Any = field(repr=False)
    held: Any = field(repr=False)
    how: str


def compare_fields(body: Mapping[str, Any], record: Mapping[str, Any]) -> tuple[HeldField, ...]:
    """Compare what would be sent with what Daktela holds, by path."""
    different = {found.path: found.how for found in differences(body, record)}
    return tuple(
        HeldField(
            path=path,
            sent=_at(body, path),
            held=_at(record, path),
            how=different.get(path, "") if _outer(path) in record else UNSEEN,
        )
        for path in paths_of(body)
    )


def _outer(path: str) -> str:
    return path.partition(".")[0]


def _at(record: Mapping[str, Any], path: str) -> Any:
    if not path.startswith(f"{CUSTOM_FIELDS}."):
        return record.get(path)
    held = record.get(CUSTOM_FIELDS)
    return held.get(path.partition(".")[2]) if isinstance(held, Mapping) else None
