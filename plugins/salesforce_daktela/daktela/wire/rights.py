"""What a role's masks tell of a user's rights. Pure.

Each model has a mask of five rights in the role that ``whoim`` unfolds. No public source says which bit is which, so
only the two ends of the scale are certain. Source: captured replies of aviationexam/daktela-http-client.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

EVERYTHING = 31


class Right(StrEnum):
    """Whether a user may write to a model, as far as a reading can tell."""

    FULL = "full"
    NONE = "none"
    PARTIAL = "partial"
    """Some rights are missing, and nobody publishes which."""
    UNTOLD = "untold"
    """The role is not shown, or has no mask for the model."""


def masks_of(user: Mapping[str, Any]) -> dict[str, int]:
    """Return the masks of a user as ``whoim`` shows it, by model; empty where it does not."""
    role = user.get("role")
    options = role.get("options") if isinstance(role, Mapping) else None
    found = options if isinstance(options, Mapping) else {}
    return {
        str(model): int(mask)
        for model, mask in found.items()
        if not isinstance(mask, bool) and str(mask).isascii() and str(mask).isdecimal()
    }


def right_on(masks: Mapping[str, int], model: str) -> Right:
    """Judge one model's mask."""
    mask = masks.get(model)
    if mask is None:
        return Right.UNTOLD
    if mask == 0:
        return Right.NONE
    return Right.FULL if mask & EVERYTHING == EVERYTHING else Right.PARTIAL
