"""Reads a user's rights from the masks of the role. Pure.

The role in a ``whoim`` reply has a mask of five rights for each model. No public source says what each bit means, so
only a full mask and an empty one are certain. Source: captured replies of aviationexam/daktela-http-client.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

EVERYTHING = 31


class Right(StrEnum):
    """Whether a user may write to a model, as far as the mask shows it."""

    FULL = "full"
    NONE = "none"
    PARTIAL = "partial"
    """Some rights are missing, and it is not documented which."""
    UNTOLD = "untold"
    """The role is not shown, or has no mask for the model."""


def masks_of(user: Mapping[str, Any]) -> dict[str, int]:
    """Return the masks in a ``whoim`` reply's user, by model; empty if it shows none."""
    role = user.get("role")
    options = role.get("options") if isinstance(role, Mapping) else None
    found = options if isinstance(options, Mapping) else {}
    return {
        str(model): int(mask)
        for model, mask in found.items()
        if not isinstance(mask, bool) and str(mask).isascii() and str(mask).isdecimal()
    }


def right_on(masks: Mapping[str, int], model: str) -> Right:
    """Return the right that a model's mask means."""
    mask = masks.get(model)
    if mask is None:
        return Right.UNTOLD
    if mask == 0:
        return Right.NONE
    return Right.FULL if mask & EVERYTHING == EVERYTHING else Right.PARTIAL
