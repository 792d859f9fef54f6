"""Salesforce Ids. Pure."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from salesforce_daktela.errors import ConfigurationError

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
SUFFIXES = np.frombuffer(LETTERS.encode(), np.uint8)
BITS = np.array([1, 2, 4, 8, 16], np.uint8)
LENGTH = 18
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
    return not ids.null_count and all(_are_whole(chunk.cast(pa.string())) for chunk in ids.chunks if len(chunk))


def _are_whole(ids: pa.StringArray) -> bool:
    """The same of one chunk without nulls. Arrow would import pandas to compare with a number."""
    offsets, texts = ids.buffers()[1:]
    starts = np.frombuffer(offsets, np.int32)[ids.offset : ids.offset + len(ids) + 1]
    if np.any(np.diff(starts) != LENGTH) or not pc.all(pc.ascii_is_alnum(ids)).as_py():
        return False
    letters = np.frombuffer(texts, np.uint8, LENGTH * len(ids), int(starts[0])).reshape(-1, LENGTH)
    upper = letters[:, :15] - ord("A") < 26  # unsigned: smaller codes wrap around
    places = (upper.view(np.uint8).reshape(-1, 5) @ BITS).reshape(-1, 3)
    return bool(np.array_equal(SUFFIXES[places], letters[:, 15:]))
