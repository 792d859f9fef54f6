"""The language of a page, and its words in it."""

from __future__ import annotations

import gettext
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.core import negotiate_locale
from babel.dates import format_date, format_timedelta
from babel.messages.mofile import read_mo
from babel.numbers import format_decimal
from starlette.requests import Request

from salesforce_daktela.ui.sentences import Sentences

COOKIE = "salesforce_daktela_language"
CATALOGUES = Path(__file__).with_name("locale")
DOMAIN = "pages"
SENTENCES = "sentences"
UNITS = (60, 60 * 60, 24 * 60 * 60)
NEARLY = 0.01


class Language(StrEnum):
    """The languages of the pages. The words in the code and in the templates are the English ones."""

    ENGLISH = "en"
    CZECH = "cs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How one language says things. Messages are marked by ``_``, from where their catalogues are made.

    ``sentence`` says what an error or a problem says in English, whatever values it has.
    """

    language: Language
    gettext: Callable[[str], str]
    ngettext: Callable[[str, str, int], str]
    sentence: Callable[[str], str]

    def moment(self, at: datetime, zone: str) -> str:
        """Day and minute on the clock of an IANA zone."""
        local = at.astimezone(ZoneInfo(zone))
        return f"{format_date(local, 'medium', locale=self.language)} {local:%H:%M}"

    def number(self, count: float) -> str:
        """A count with its thousands apart."""
        return format_decimal(count, locale=self.language)

    def ago(self, at: datetime, now: datetime) -> str:
        """How long ago a moment was, in the one unit that fits: 3 minutes ago, 2 hours ago."""
        passed = max(1, round((now - at).total_seconds()))
        past = timedelta(seconds=-passed)
        return format_timedelta(past, threshold=_threshold(passed), add_direction=True, locale=self.language)

    def span(self, seconds: float) -> str:
        """A length of time, in the one unit that fits: 40 seconds, 3 minutes, 90 minutes, 1 hour."""
        length = max(1, round(seconds))
        return format_timedelta(timedelta(seconds=length), threshold=_threshold(length), locale=self.language)


def _threshold(seconds: int) -> float:
    """From how many of a unit on a length is told in it: one is enough where it is just that, as 1 hour."""
    just_one = any(abs(seconds / unit - 1) < NEARLY for unit in UNITS)
    return 1 - NEARLY if just_one else 1.5


def words_of(request: Request) -> Words:
    """Return the words of the language that the cookie names, else of the browser's own, else English."""
    chosen = request.cookies.get(COOKIE, "")
    if chosen in list(Language):
        return words_in(Language(chosen))
    asked = [piece.partition(";")[0].strip() for piece in request.headers.get("accept-language", "").split(",")]
    return words_in(Language(negotiate_locale(asked, list(Language), sep="-") or Language.ENGLISH))


@cache
def words_in(language: Language) -> Words:
    """The words of a language."""
    found = gettext.translation(DOMAIN, CATALOGUES, languages=[language], fallback=language is Language.ENGLISH)
    return Words(language=language, gettext=found.gettext, ngettext=found.ngettext, sentence=_sentences(language))


def _sentences(language: Language) -> Callable[[str], str]:
    if language is Language.ENGLISH:
        return str
    with (CATALOGUES / language / "LC_MESSAGES" / f"{SENTENCES}.mo").open("rb") as file:
        return Sentences(read_mo(file)).say
