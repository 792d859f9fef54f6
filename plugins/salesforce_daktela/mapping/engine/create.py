"""The payload of a create request. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def strip_for_create(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return the payload without nulls and empty lists: there is nothing to clear yet, and Daktela refuses some."""
    stripped: dict[str, Any] = {}
    for key, value in payload.items():
        if isinstance(value, Mapping):
            value = strip_for_create(value)
        if value is not None and value != [] and value != {}:
            stripped[key] = value
    return stripped
