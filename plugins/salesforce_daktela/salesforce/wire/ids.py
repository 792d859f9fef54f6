"""Salesforce Ids. Pure."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from salesforce_daktela.errors import ConfigurationError

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
SUFFIXES = np.frombuffer(LETTERS.encode(), np.uint8)
PATTERN = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")


def is_id(text: str) -> bool:
    """Whether a text may be an Id, of either length."""
    return PATTERN.fullmatch(text) is not None


def long_id(text: str) -> str:
    """Return the 18-character form of an Id. Raises ConfigurationError for what cannot be one.

    The suffix names, for each five characters, which of them are upper-case letters.
    """
    if not is_id(text):
        raise ConfigurationError(
            f"{text[:40]!r} is no Salesforce Id", where="Id", advice="an Id has 15 or 18 letters and digits"
        )
    if len(text) == 18:
        return text
    blocks = (text[start : start + 5] for start in (0, 5, 10))
    bits = (sum(1 << place for place, letter in enumerate(block) if letter.isupper()) for block in blocks)
    return text + "".join(LETTERS[value] for value in bits)


def are_whole(ids: pa.ChunkedArray) -> bool:
    """Whether every text is an 18-character Id whose suffix names its upper-case letters; nulls are none."""
    if not len(ids):
        return True
    if ids.null_count or not pc.all(pc.equal(pc.binary_length(ids), 18)).as_py():
        return False
    if not pc.all(pc.ascii_is_alnum(ids)).as_py():
        return False
    return all(_has_right_suffixes(chunk.cast(pa.string())) for chunk in ids.chunks if len(chunk))


def _has_right_suffixes(ids: pa.StringArray) -> bool:
    """Whether the last three characters say which of the others are upper-case; every text has 18 characters."""
    offsets, texts = ids.buffers()[1:]
    first = int(np.frombuffer(offsets, np.int32)[ids.offset])
    letters = np.frombuffer(texts, np.uint8, 18 * len(ids), first).reshape(-1, 18)
    upper = (letters[:, :15] - ord("A") < 26).reshape(-1, 3, 5)  # unsigned: smaller codes wrap around
    return bool(np.array_equal(SUFFIXES[np.packbits(upper, axis=2, bitorder="little")[:, :, 0]], letters[:, 15:]))
