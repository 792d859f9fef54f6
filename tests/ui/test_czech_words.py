"""One thing has one Czech word, on the pages and in the documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from salesforce_daktela.ui.wording import CATALOGUES, DOMAIN, Language

DOCS = Path(__file__).resolve().parents[2] / "docs"
CATALOGUE = CATALOGUES / Language.CZECH / "LC_MESSAGES" / f"{DOMAIN}.po"

OTHER_WORDS = {
    r"nadřízen|\brodič": "nadřazený záznam",
    r"databáz\w+ CRM": "CRM Databáze",
    r"plán\w* spouštění": "rozvrh",
    r"rozpracovan": "koncept",
    r"[Uu]zavřen\w* do": "vypořádáno do",
    r"[Dd]alší běh\b": "příští běh",
    r"\b[Jj]mén\w+ (?:objektu|záznamu|běhu)|[Jj]méno v Daktele": "název",
}
"""What is not said, and the word that is said for it."""


def czech_texts() -> dict[str, list[str]]:
    """The texts of the pages, and each Czech page of the documentation, by where they stand."""
    with CATALOGUE.open("rb") as file:
        strings = [message.string for message in read_po(file) if message.id]
    said = [str(text) for each in strings for text in (each if isinstance(each, (tuple, list)) else (each,))]
    return {CATALOGUE.name: said} | {
        page.name: page.read_text(encoding="utf-8").splitlines() for page in DOCS.glob("*.cs.md")
    }


@pytest.mark.parametrize(("other", "word"), OTHER_WORDS.items(), ids=OTHER_WORDS.values())
def test_a_thing_is_called_by_its_word(other: str, word: str) -> None:
    """Add a word here when two have been met for one thing."""
    found = {place: [text for text in texts if re.search(other, text)] for place, texts in czech_texts().items()}
    assert {place: texts for place, texts in found.items() if texts} == {}, f"say: {word}"
