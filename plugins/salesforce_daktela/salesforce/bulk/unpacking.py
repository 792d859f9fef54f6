"""Unpacks a page that came by gzip, in one piece. Pure."""

from __future__ import annotations

import gzip
import zlib

MEMBER = b"\x1f\x8b\x08"
"""How gzip begins, and each further member of it."""

GZIP_WINDOW = 31
"""zlib's number for gzip with the largest window."""

SIZE_BYTES = 4
MOST_TIMES = 64
"""How much larger than its gzip a page is believed to be before it is unpacked."""


def unpacked(packed: bytes) -> bytes:
    """Return what ``packed`` holds. Raises zlib.error, EOFError or OSError when it is damaged or ends early.

    Gzip ends with the size of what it holds. So the memory is there before the first byte, and nothing is copied; but
    that is the size of the last member only, if there are several.
    """
    told = int.from_bytes(packed[-SIZE_BYTES:], "little")
    if packed.find(MEMBER, 1) < 0:
        body = zlib.decompress(packed, GZIP_WINDOW, max(1, min(told, MOST_TIMES * len(packed))))
        if len(body) % (1 << 8 * SIZE_BYTES) == told:
            return body
    return gzip.decompress(packed)
