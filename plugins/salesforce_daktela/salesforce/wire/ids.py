"""Salesforce Ids. Pure."""

from __future__ import annotations

import re

from salesforce_daktela.errors import ConfigurationError

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
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
