"""Salted hashes of payloads: equal payloads are seen to be equal, and nothing can be read back."""

from __future__ import annotations

import hashlib
import hmac

LENGTH = 16
"""Bytes kept of the HMAC-SHA256."""


def digest(salt: bytes, text: str) -> bytes:
    """Return ``LENGTH`` bytes that stand for ``text`` under this ledger's ``salt``."""
    return hmac.digest(salt, text.encode(), hashlib.sha256)[:LENGTH]
