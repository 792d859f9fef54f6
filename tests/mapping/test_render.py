"""Texts as Daktela takes them."""

from __future__ import annotations

from itertools import accumulate
from random import Random

import pytest
import regex

from salesforce_daktela.mapping.render import cut

PIECES = (
    *("a", "1", " ", "#", "\r", "\n", "\0", "é", "e\u0301", "\u0301", "\u200d", "\u00ad", "©", "\ufe0f", "\u20e3"),
    *("👩", "👨\u200d👩\u200d👧", "🇨🇿", "🇨", "क्ष", "्", "\u0600", "가", "\u1100\u1161"),
)


@pytest.mark.parametrize("seed", range(20))
def test_a_cut_is_after_the_last_whole_character_that_fits(seed: int) -> None:
    """Wherever the cut looks, it finds what reading the text from its beginning finds."""
    random = Random(seed)  # noqa: S311 no secret
    for _ in range(200):
        text = "".join(random.choices(PIECES, k=random.randint(1, 30)))
        length = random.randint(1, 25)
        ends = accumulate(map(len, regex.findall(r"\X", text)))
        fitting = max((end for end in ends if end <= length), default=length)
        assert cut(text, length) == text[:fitting]
