"""Salted hashes of payloads: they show whether payloads are equal, and reveal no value."""

from __future__ import annotations

import hmac
from collections.abc import Iterable

LENGTH = 16
"""Bytes kept of the HMAC-SHA256."""


def digest(salt: bytes, text: str) -> bytes:
    """Return the digest of ``text``, ``LENGTH`` bytes, made with this ledger's ``salt``."""
    return hmac.digest(salt, text.encode(), "sha256")[:LENGTH]


def digests(salt: bytes, texts: Iterable[bytes]) -> bytes:
    """Return the digests of many texts in UTF-8, one after the other. The salt is hashed once."""
    keyed = hmac.new(salt, digestmod="sha256")
    found = []
    for text in texts:
        one = keyed.copy()
        one.update(text)
        found.append(one.digest()[:LENGTH])
    return b"".join(found)
