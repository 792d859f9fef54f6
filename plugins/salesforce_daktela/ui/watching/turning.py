"""Addresses of a list's next page: the place behind which it goes on, as one word. Pure."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import datetime


def place_word(place: Sequence[str | datetime]) -> str:
    """Return a place as a word for an address. Moments are aware."""
    plain = [piece.isoformat() if isinstance(piece, datetime) else piece for piece in place]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def read_place(word: str, moment: int, size: int) -> list[str | datetime] | None:
    """Return the ``size`` pieces of a word, the one at ``moment`` as a moment; None for a word that is no place."""
    try:
        plain = json.loads(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
        if not isinstance(plain, list) or len(plain) != size or not all(isinstance(piece, str) for piece in plain):
            return None
        at = datetime.fromisoformat(plain[moment])
    except (ValueError, binascii.Error):
        return None
    if at.utcoffset() is None or any("\0" in piece for piece in plain):
        return None
    return [*plain[:moment], at, *plain[moment + 1 :]]
