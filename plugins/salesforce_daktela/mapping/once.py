"""Fields that only a create sends, beside those of every write. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from salesforce_daktela.mapping.target import CUSTOM_FIELDS


def with_once(body: Mapping[str, Any], once: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body of a create: ``body`` and ``once``, which name no field in common."""
    custom = {**body.get(CUSTOM_FIELDS, {}), **once.get(CUSTOM_FIELDS, {})}
    return {**body, **once, **({CUSTOM_FIELDS: custom} if custom else {})}
