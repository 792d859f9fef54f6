"""Salted hashes of payloads: they show whether payloads are equal, and reveal no value."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

LENGTH = 16
"""Bytes kept of the HMAC-SHA256."""

BLOCK = 64
"""Bytes of a block of SHA-256."""


def digest(salt: bytes, text: str) -> bytes:
    """Return the digest of ``text``, ``LENGTH`` bytes, made with this ledger's ``salt``."""
    return hmac.digest(salt, text.encode(), "sha256")[:LENGTH]


def digests(salt: bytes, texts: Iterable[bytes]) -> bytes:
    """Return the digests of many texts in UTF-8, one after the other. Both blocks of the salt are hashed once."""
    inner, outer = _keyed(salt)
    found = []
    for text in texts:
        first, second = inner.copy(), outer.copy()
        first.update(text)
        second.update(first.digest())
        found.append(second.digest()[:LENGTH])
    return b"".join(found)


def _keyed(salt: bytes) -> tuple[hashlib._Hash, hashlib._Hash]:
    """The two hashes of HMAC (RFC 2104) that have taken the key and nothing else yet."""
    key = (hashlib.sha256(salt).digest() if len(salt) > BLOCK else salt).ljust(BLOCK, b"\0")
    return hashlib.sha256(key.translate(hmac.trans_36)), hashlib.sha256(key.translate(hmac.trans_5C))
