"""A switch's meaning ends in the numbers of its sources, in brackets: ``PUT leaves fields alone (4.6, 6)``."""

from __future__ import annotations

import re
from collections.abc import Mapping

ITSELF = "any server behind any network"
"""What cites nothing is no doubt about an API but a failure that every network knows."""
CITED = re.compile(r" \(((?:(?:open )?(?:question )?\d+(?:\.\d+)?(?:, )?)+)\)(;.*)?$")


def split_citation(about: str, sources: Mapping[str, str]) -> tuple[str, str]:
    """Return the meaning alone and the sources it cites; ``4.6`` falls back to ``4``, questions to ``question``."""
    found = CITED.search(about)
    if found is None:
        return about, ITSELF
    keys = [_key(piece, sources) for piece in found[1].split(", ")]
    return about[: found.start()] + (found[2] or ""), "; ".join(sources[key] for key in dict.fromkeys(keys))


def _key(piece: str, sources: Mapping[str, str]) -> str:
    if "question" in piece:
        return "question"
    return piece if piece in sources else piece.split(".")[0]
