"""How alike the names of two fields are, whichever of English and Czech they are in. Pure."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

SAME = 1.0
SAME_WORDS = 0.95
WITHIN = 0.85
LEAST_RATIO = 0.84
"""Below it, words are different ones and not one with another ending."""

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
EMPTY = frozenset({"c", "custom", "fields", "customfields", "sf", "the", "of", "id"})
MEANINGS = (
    ("email", "mail", "emailova", "emailovy"),
    ("phone", "telefon", "telefonni", "tel"),
    ("number", "cislo", "no"),
    ("mobile", "mobil", "mobilni"),
    ("name", "nazev", "jmeno", "title"),
    ("first", "krestni"),
    ("last", "prijmeni", "surname"),
    ("address", "adresa"),
    ("street", "ulice"),
    ("city", "mesto", "obec"),
    ("zip", "psc", "postal"),
    ("country", "zeme", "stat"),
    ("state", "status", "stav"),
    ("description", "popis"),
    ("note", "poznamka", "notes", "comment", "komentar"),
    ("company", "firma", "spolecnost", "account", "ucet", "zakaznik", "customer"),
    ("contact", "kontakt"),
    ("web", "website", "url", "www"),
    ("industry", "obor", "odvetvi"),
    ("birthdate", "birthday", "birth", "narozeni"),
    ("date", "datum"),
    ("amount", "castka", "cena", "price"),
    ("type", "typ", "druh", "kind"),
    ("owner", "vlastnik", "user", "uzivatel"),
    ("language", "jazyk"),
    ("contract", "smlouva", "smlouvy"),
    ("ico", "registration"),
    ("dic", "vat"),
    ("employees", "zamestnanci", "zamestnancu"),
    ("revenue", "obrat"),
    ("department", "oddeleni"),
    ("position", "pozice", "funkce"),
    ("source", "zdroj"),
    ("gender", "pohlavi"),
    ("salutation", "osloveni"),
    ("valid", "platnost"),
    ("stage", "faze"),
)
"""Words for the same thing, accents folded."""
GENERAL = frozenset({"number", "name", "type", "date", "state", "source", "valid", "position", "web"})
"""Meanings that many fields of one object have."""
MEANING = {word: words[0] for words in MEANINGS for word in words}


@dataclass(frozen=True)
class FieldName:
    """One name of a field, as people or as programs write it."""

    text: str

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Its words without accents, capitals and what says nothing."""
        plain = unicodedata.normalize("NFKD", self.text.replace("e-mail", "email").replace("E-mail", "Email"))
        folded = "".join(letter for letter in plain if not unicodedata.combining(letter))
        words = [word.lower() for word in WORD.findall(folded)]
        return tuple(word for word in words if word not in EMPTY) or tuple(words)

    @cached_property
    def joined(self) -> str:
        """Its words without anything between them."""
        return "".join(self.words)

    @cached_property
    def meanings(self) -> frozenset[str]:
        """Its words, each by the first of those that mean the same."""
        return frozenset(MEANING.get(word, word) for word in self.words)


def likeness(one: Iterable[FieldName], other: Iterable[FieldName]) -> float:
    """Return how alike two fields are by the most alike of their names: from 0 to 1, and 0 where it says nothing."""
    others = list(other)
    return max((_alike(name, each) for name in one for each in others), default=0.0)


def _alike(one: FieldName, other: FieldName) -> float:
    if not one.joined or not other.joined:
        return 0.0
    if one.joined == other.joined:
        return SAME
    if one.meanings == other.meanings:
        return SAME_WORDS
    if one.meanings < other.meanings and one.meanings - GENERAL:
        return WITHIN - 0.02 * len(other.meanings - one.meanings)
    ratio = _ratio(one.joined, other.joined)
    return ratio * WITHIN if ratio >= LEAST_RATIO else 0.0


def _ratio(one: str, other: str) -> float:
    """The cheap bounds come first: 60 fields are compared with 800."""
    if one[0] != other[0]:
        return 0.0
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() < LEAST_RATIO or matcher.quick_ratio() < LEAST_RATIO:
        return 0.0
    return matcher.ratio()
