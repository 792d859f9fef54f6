"""Sentences of errors and problems in another language.

The rooms below say them in English, for logs and terminals, with values filled in. Here a sentence is compared with
the templates of a catalogue, and the translated template is filled with the same values. A value that is a sentence of
its own is translated, too; of several sentences that stand behind each other, each by itself. Where a translation marks
a place with ``!t``, words are translated there; where it names forms, as ``{count:one|few|many}``, the form that the
number at the place asks for stands there instead. Percentages are written as in the language. Whatever no template fits
stays as it is.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from string import Formatter
from typing import NamedTuple

from babel.core import Locale
from babel.messages.catalog import Catalog
from babel.numbers import format_percent

log = logging.getLogger(__name__)

LONGEST = 1000
DEEPEST = 4
MOST_SENTENCES = 12
MOST_TOLD = 200
FEWEST = 3
"""Characters of a line that is looked at; sentences within each other; sentences in a line; unknown ones in the log,
and words of ours that make one."""

BETWEEN = re.compile(r": |; |\. ")
MARKS = " ,;:"
LISTED = re.compile(r"(, | and | or )")
REST = re.compile(r" and [\d,]+ (?:others|more)$")
LETTERS = re.compile(r"[^\W\d_]+")
COUNT = re.compile(r"\d[\d,]*")
PERCENTAGE = re.compile(r"(\d+(?:\.\d+)?)%")
FORMS = {"one": 0, "few": 1}


class Piece(NamedTuple):
    """A literal text and the place behind it, whose name is empty at the end.

    ``word`` is the mark ``!t``; ``forms`` are those of a noun or a sentence that goes with the number at the place.
    """

    literal: str
    place: str = ""
    word: bool = False
    forms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Template:
    """``english`` and ``said`` are the pieces of a sentence in both languages."""

    english: tuple[Piece, ...]
    said: tuple[Piece, ...]

    @cached_property
    def literals(self) -> tuple[str, ...]:
        """The texts around the places: one more than there are places."""
        return tuple(piece.literal for piece in self.english)

    @cached_property
    def needle(self) -> str:
        """Its longest literal."""
        return max(self.literals, key=len)

    @cached_property
    def known(self) -> int:
        """How many characters it knows by heart."""
        return sum(map(len, self.literals))

    def values(self, sentence: str) -> list[dict[str, str]]:
        """Return what stands at the places, once with the first ones short and once with them long.

        Nothing where the sentence is another one. Linear in its length.
        """
        first, *inner, last = self.literals
        end = len(sentence) - len(last)
        if not sentence.startswith(first) or not sentence.endswith(last) or end < len(first):
            return []
        within = sentence[len(first) : end]
        places = [piece.place for piece in self.english[:-1]]
        found = (_cut(within, inner), _cut_from_behind(within, inner))
        return [dict(zip(places, values, strict=True)) for values in found if values is not None]


def _cut(text: str, literals: Sequence[str]) -> list[str] | None:
    """What stands around the literals, each at its first place; None where one is missing."""
    values = []
    for literal in literals:
        at = text.find(literal)
        if at < 0:
            return None
        values.append(text[:at])
        text = text[at + len(literal) :]
    return [*values, text]


def _cut_from_behind(text: str, literals: Sequence[str]) -> list[str] | None:
    """The same with each literal at its last place."""
    values = []
    for literal in reversed(literals):
        at = text.rfind(literal)
        if at < 0:
            return None
        values.append(text[at + len(literal) :])
        text = text[:at]
    return [text, *reversed(values)]


@dataclass(frozen=True, slots=True)
class Said:
    """A text in the other language; ``known`` is how many of its English characters stood in templates."""

    text: str
    known: int = 0


class Sentences:
    """The sentences of one language."""

    def __init__(self, catalogue: Catalog) -> None:
        told = {str(each.id): str(each.string) for each in catalogue if each.id and each.string}
        templates = [Template(_pieces(english), _pieces(said)) for english, said in told.items()]
        whole = {each.literals[0]: each.said[0].literal for each in templates if len(each.literals) == 1}
        self._whole = {text.strip(MARKS): said.strip(MARKS) for text, said in whole.items()} | whole
        placed = [each for each in templates if len(each.literals) > 1]
        self._templates = sorted(placed, key=lambda each: -each.known)  # of equal ones, that which knows more itself
        self._locale = catalogue.locale or Locale("en")
        self._vocabulary = set(LETTERS.findall(" ".join(told)))
        self._told: set[str] = set()
        self._said = lru_cache(maxsize=4096)(self._say)

    def say(self, text: str) -> str:
        """Return the text in this language, as one sentence or line by line; what is not known stays as it is."""
        lines = [self._start(line) for line in text.split("\n")]
        whole = self._start(text) if len(lines) > 1 else lines[0]
        if whole.known > sum(line.known for line in lines):
            return whole.text
        for line in lines:
            if line.text.strip() and not line.known:
                self._tell(line.text)
        return "\n".join(line.text for line in lines)

    def _start(self, text: str) -> Said:
        """A text, of which the beginning alone is looked at where it is long: a value makes it so."""
        said = self._said(text[:LONGEST], DEEPEST)
        return Said(said.text + text[LONGEST:], said.known)

    def _say(self, text: str, deep: int) -> Said:
        """The translation that knows most of the text."""
        if text in self._whole:
            return Said(self._whole[text], len(text))
        if not deep:
            return Said(text)
        fit = [each for each in self._templates if each.needle in text]
        found = [self._filled(each, values, deep - 1) for each in fit for values in each.values(text)]
        return max([self._split(text, deep), *found], key=lambda each: each.known)

    def _filled(self, template: Template, values: Mapping[str, str], deep: int) -> Said:
        said = {place: self._value(value, deep) for place, value in values.items()}
        pieces = [each.literal + self._placed(each, values, said) for each in template.said]
        return Said("".join(pieces), template.known + sum(each.known for each in said.values()))

    def _placed(self, piece: Piece, values: Mapping[str, str], said: Mapping[str, Said]) -> str:
        if not piece.place:
            return ""
        value = values[piece.place]
        if piece.forms:
            return piece.forms[self._form(value)]
        return self._words(value) if piece.word else said[piece.place].text

    def _form(self, value: str) -> int:
        """The place of a number's form; what is no number has that of many."""
        number = int(value.replace(",", "")) if COUNT.fullmatch(value) else None
        return 2 if number is None else FORMS.get(self._locale.plural_form(number), 2)

    def _value(self, value: str, deep: int) -> Said:
        percentage = PERCENTAGE.fullmatch(value)
        if percentage is not None:
            share = Decimal(percentage[1]) / 100
            return Said(format_percent(share, locale=self._locale, decimal_quantization=False))
        return self._said(value, deep) if " " in value.strip() else Said(value)

    def _words(self, value: str) -> str:
        """Words of a list, those of ours translated, and what stands between them and how many are left out."""
        rest = REST.search(value)
        if rest is not None:
            return self._words(value[: rest.start()]) + self._said(rest.group(), 1).text
        return "".join(self._whole.get(word, word) for word in LISTED.split(value))

    def _split(self, text: str, deep: int) -> Said:
        """The text as two sentences, of which each may be more."""
        best = Said(text)
        betweens = list(BETWEEN.finditer(text))
        for between in betweens if len(betweens) < MOST_SENTENCES else []:
            first, rest = (self._value(half, deep) for half in (text[: between.start()], text[between.end() :]))
            if first.known + rest.known > best.known:
                best = Said(f"{first.text}{between.group()}{rest.text}", first.known + rest.known)
        return best

    def _tell(self, line: str) -> None:
        """Log an unknown sentence once, without the words that no sentence has: they may be somebody's data.

        Names, paths, and sentences of another language have fewer words of ours, and are none of these.
        """
        ours = [word if word in self._vocabulary else "…" for word in LETTERS.findall(line)]
        words = " ".join(ours)
        known = len(ours) - ours.count("…")
        if known >= FEWEST and 2 * known >= len(ours) and words not in self._told and len(self._told) < MOST_TOLD:
            self._told.add(words)
            log.warning("A sentence is shown in English, no translation is known: %s", words)


def _pieces(text: str) -> tuple[Piece, ...]:
    """A template's pieces; the last one has no place behind it."""
    pieces, literal = [], ""
    for before, place, forms, mark in Formatter().parse(text):
        literal += before
        if place is not None:
            pieces.append(Piece(literal, place, mark == "t", tuple(forms.split("|")) if forms else ()))
            literal = ""
    return (*pieces, Piece(literal))
