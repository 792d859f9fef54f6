"""Salesforce Ids. Pure."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from salesforce_daktela.errors import ConfigurationError

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
SUFFIXES = LETTERS.encode().ljust(256, b"-")
"""A table for ``bytes.translate``: the character of the suffix for each number of five bits."""
BITS = [bytes((1 << place) * (ord("A") <= code <= ord("Z")) for code in range(256)) for place in range(5)]
"""The same for each place of a block of five: its bit for a capital letter, 0 for any other character."""
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


def typed_id(text: str) -> str:
    """Return the 18-character form of an Id that a person has typed, in its own letters. Raises as ``long_id``.

    Spreadsheets and other programs change the case of letters. The suffix, in letters of either case, tells it again;
    one that calls a digit a capital fits no Id, which then stays as it is.
    """
    whole = long_id(text)
    suffix = whole[15:].upper()
    if not set(suffix) <= set(LETTERS):
        return whole
    capital = [bool(LETTERS.index(suffix[place // 5]) >> place % 5 & 1) for place in range(15)]
    letters = [letter.upper() if high else letter.lower() for letter, high in zip(whole, capital, strict=False)]
    if any(high and letter.isdigit() for letter, high in zip(letters, capital, strict=True)):
        return whole
    return "".join(letters) + suffix


def are_whole(ids: pa.ChunkedArray) -> bool:
    """Whether every text is an 18-character Id whose suffix names its upper-case letters; nulls are none."""
    return not ids.null_count and all(_are_whole(chunk.cast(pa.string())) for chunk in ids.chunks if len(chunk))


def _are_whole(ids: pa.StringArray) -> bool:
    """The same of one chunk without nulls. Each step takes one place of all Ids at once."""
    lengths = pc.min_max(pc.binary_length(ids)).as_py()
    if set(lengths.values()) != {LENGTH} or not pc.all(pc.ascii_is_alnum(ids)).as_py():
        return False
    offsets, texts = ids.buffers()[1:]
    joined = texts.slice(memoryview(offsets).cast("i")[ids.offset], LENGTH * len(ids)).to_pybytes()
    return all(_suffixes(joined, block) == joined[15 + block :: LENGTH] for block in range(3))


def _suffixes(joined: bytes, block: int) -> bytes:
    """The character that names the capitals of one block of five, for each of the Ids that are joined."""
    places = [joined[5 * block + place :: LENGTH].translate(bits) for place, bits in enumerate(BITS)]
    # Bytes as one whole number: it is the way to add up many of them at once.
    total = sum(int.from_bytes(bits) for bits in places)
    return total.to_bytes(len(joined) // LENGTH).translate(SUFFIXES)
