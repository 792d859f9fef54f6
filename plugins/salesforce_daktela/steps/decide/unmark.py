"""Unmark a record that is back: clear the fields of the mark, except those that the mapping fills."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from salesforce_daktela.mapping.target import CUSTOM_FIELDS


def revived(body: Mapping[str, Any], marks: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``body`` with each field of ``marks`` that it lacks set to empty."""
    result = {**dict.fromkeys(field for field in marks if field != CUSTOM_FIELDS), **body}
    if CUSTOM_FIELDS in marks:
        result[CUSTOM_FIELDS] = {**{name: [] for name in marks[CUSTOM_FIELDS]}, **body.get(CUSTOM_FIELDS, {})}
    return result
