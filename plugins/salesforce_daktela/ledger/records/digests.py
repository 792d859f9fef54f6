"""Salted hashes of payloads: equal payloads are seen to be equal, and nothing can be read back."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

LENGTH = 16
"""Bytes kept of the HMAC-SHA256."""

BLOCK = 64
"""Bytes that SHA-256 takes in at a time."""

INNER, OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))


def digest(salt: bytes, text: str) -> bytes:
    """Return ``LENGTH`` bytes that stand for ``text`` under this ledger's ``salt``."""
    return hmac.digest(salt, text.encode(), "sha256")[:LENGTH]


def digests(salt: bytes, texts: Iterable[bytes]) -> list[str]:
    """The same of many texts in UTF-8, in hexadecimal. HMAC takes in the salt once (RFC 2104), then each text."""
    key = (salt if len(salt) <= BLOCK else hashlib.sha256(salt).digest()).ljust(BLOCK, b"\0")
    inner, outer = hashlib.sha256(key.translate(INNER)), hashlib.sha256(key.translate(OUTER))
    found = []
    for text in texts:
        first, second = inner.copy(), outer.copy()
        first.update(text)
        second.update(first.digest())
        found.append(second.hexdigest()[: 2 * LENGTH])
    return found
