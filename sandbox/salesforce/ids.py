"""Record Ids: 15 case-sensitive characters, and three more that encode their case."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
CHECKSUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
POD = "7R000"
"""Five characters between the key prefix and the serial number: the instance and a reserved zero."""
SERIAL_DIGITS = 7


def checksum(fifteen: str) -> str:
    """Return the three extra characters of a 15-character Id."""
    blocks = (fifteen[0:5], fifteen[5:10], fifteen[10:15])
    return "".join(CHECKSUM[sum("A" <= char <= "Z" and 1 << at for at, char in enumerate(block))] for block in blocks)


def record_id(prefix: str, serial: int) -> str:
    """Return the 18-character Id of the ``serial``-th record of an sObject."""
    digits = ""
    for _ in range(SERIAL_DIGITS):
        serial, digit = divmod(serial, 62)
        digits = ALPHABET[digit] + digits
    fifteen = f"{prefix}{POD}{digits}"
    return fifteen + checksum(fifteen)


def record_ids(prefix: str, serials: NDArray[np.int64]) -> list[str]:
    """Return many Ids at once; they equal those of ``record_id``."""
    letters = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)
    sums = np.frombuffer(CHECKSUM.encode(), dtype=np.uint8)
    chars = np.empty((len(serials), 18), dtype=np.uint8)
    chars[:, :8] = np.frombuffer(f"{prefix}{POD}".encode(), dtype=np.uint8)
    rest = serials.astype(np.int64)
    for place in range(14, 14 - SERIAL_DIGITS, -1):
        rest, digit = np.divmod(rest, 62)
        chars[:, place] = letters[digit]
    weights = 1 << np.arange(5)
    for block in range(3):
        part = chars[:, 5 * block : 5 * block + 5]
        chars[:, 15 + block] = sums[((part >= ord("A")) & (part <= ord("Z"))) @ weights]
    joined: Any = chars.view("S18")[:, 0].astype("U18")
    found: list[str] = joined.tolist()
    return found


def eighteen(text: str) -> str | None:
    """Return the 18-character form of ``text``, or None when it is not an Id."""
    if not (text.isascii() and text.isalnum()):
        return None
    if len(text) == 15:
        return text + checksum(text)
    return text if len(text) == 18 else None
