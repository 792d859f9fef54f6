"""Splits the meaning of a switch from its sources, which are numbers in brackets: ``what it does (4.6, 6)``."""

from __future__ import annotations

import re
from collections.abc import Mapping

ITSELF = "any server behind any network"
"""The source of switches that cite nothing: such failures happen in every network."""
CITED = re.compile(r" \(((?:(?:open )?(?:question )?\d+(?:\.\d+)?(?:, )?)+)\)(;.*)?$")


def split_citation(about: str, sources: Mapping[str, str]) -> tuple[str, str]:
    """Return the meaning and the sources; ``4.6`` is looked up as ``4`` if it is unknown, questions as ``question``."""
    found = CITED.search(about)
    if found is None:
        return about, ITSELF
    keys = [_key(piece, sources) for piece in found[1].split(", ")]
    return about[: found.start()] + (found[2] or ""), "; ".join(sources[key] for key in dict.fromkeys(keys))


def _key(piece: str, sources: Mapping[str, str]) -> str:
    if "question" in piece:
        return "question"
    return piece if piece in sources else piece.split(".")[0]
