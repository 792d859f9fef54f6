"""Fields that only a create sends, beside those of every write. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CUSTOM = "customFields"


def with_once(body: Mapping[str, Any], once: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body of a create: ``body`` and ``once``, which name no field in common."""
    custom = {**body.get(CUSTOM, {}), **once.get(CUSTOM, {})}
    return {**body, **once, **({CUSTOM: custom} if custom else {})}
