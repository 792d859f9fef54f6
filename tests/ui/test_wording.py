"""English and Czech: every text in both, and the way to choose."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from salesforce_daktela.ui.wording import CATALOGUES, DOMAIN, Language, words_in
from tests.ui.conftest import Ask

ROOM = CATALOGUES.parent
TEMPLATES = sorted((ROOM / "templates").glob("*.html"))
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("templates/**.html", "jinja2")]
LOUD = {pattern: {"silent": "false"} for pattern, method in METHODS if method == "jinja2"}
SAID_AS_IT_IS = {"· Daktela"}


def texts() -> set[str]:
    """Every marked text of code, templates and the catalogue of codes, plural forms by their singular."""
    found = set()
    for room in (ROOM, ROOM.parent / "sync"):
        for _, _, message, _, _ in extract_from_dir(room, METHODS, options_map=LOUD):
            found.add(message[0] if isinstance(message, tuple) else message)
    return found


def catalogue(language: Language) -> Catalog:
    with (CATALOGUES / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        return read_po(file)


@pytest.mark.parametrize("language", [language for language in Language if language is not Language.ENGLISH])
def test_every_text_is_in_every_language(language: Language) -> None:
    """None is missing, empty, doubtful or left over. Run `make catalogues`, then translate what is new."""
    said = {}
    for message in catalogue(language):
        if message.id:
            forms = message.string if isinstance(message.string, tuple) else (message.string,)
            said[message.id[0] if isinstance(message.id, tuple) else message.id] = all(forms) and not message.fuzzy
    assert texts() == set(said)
    assert [text for text, whole in said.items() if not whole] == []


@pytest.mark.parametrize("language", [language for language in Language if language is not Language.ENGLISH])
def test_the_compiled_catalogue_is_that_of_the_texts(language: Language) -> None:
    """It is what the pages read."""
    made = io.BytesIO()
    write_mo(made, catalogue(language))
    assert (CATALOGUES / language / "LC_MESSAGES" / f"{DOMAIN}.mo").read_bytes() == made.getvalue()


@pytest.mark.parametrize("language", [language for language in Language if language is not Language.ENGLISH])
def test_translations_keep_the_places_for_values(language: Language) -> None:
    """A place that is misspelt would end the page in an error."""
    places = re.compile(r"%\(\w+\)[ds]")
    for message in catalogue(language):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id:
            for string in strings:
                assert set(places.findall(str(string))) == set(places.findall(str(ids[-1])))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_says_anything_beside_the_catalogues(template: Path) -> None:
    """Whatever stands between the tags is marked."""
    bare = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", "\n", template.read_text(encoding="utf-8"), flags=re.DOTALL)
    said = {line.strip() for line in bare.splitlines() if re.search(r"\w", line)}
    assert said <= SAID_AS_IT_IS


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ({}, "en"),
        ({"Accept-Language": "cs-CZ,cs;q=0.9,en;q=0.8"}, "cs"),
        ({"Accept-Language": "de-DE,de;q=0.9"}, "en"),
        ({"Accept-Language": ";;,,x y z"}, "en"),
    ],
)
def test_the_browser_s_language_is_taken_where_none_was_chosen(
    headers: dict[str, str], language: str, ask: Ask
) -> None:
    """English where we do not have it."""
    assert f'<html lang="{language}">' in ask("/", headers=headers).text


def test_the_choice_is_remembered_for_the_pages_alone(ask: Ask, token: Callable[[str | None], str]) -> None:
    """In a cookie below our own path; it comes before the browser's language."""
    chosen = ask("/language", method="POST", json={"language": "cs"})
    cookie = chosen.headers["set-cookie"]
    assert "Path=/salesforce-daktela/" in cookie
    assert "SameSite=lax" in cookie
    both = f"_token={token('viewer')}; {cookie.partition(';')[0]}"
    page = ask("/", headers={"Accept-Language": "en", "Cookie": both})
    assert "Zatím tu není žádná synchronizace" in page.text


@pytest.mark.parametrize(
    ("seconds", "said"), [(60, "1 minute"), (3600, "1 hour"), (3590, "1 hour"), (4800, "80 minutes"), (86400, "1 day")]
)
def test_one_of_a_unit_is_told_as_one(seconds: int, said: str) -> None:
    """Sixty minutes are an hour; what lies between one and two stays in the smaller unit."""
    words, noon = words_in(Language.ENGLISH), datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    assert words.span(seconds) == said
    assert words.ago(noon - timedelta(seconds=seconds), noon) == f"{said} ago"


def test_moments_and_counts_are_written_as_the_language_does() -> None:
    """On the clock of the zone."""
    noon = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    assert words_in(Language.ENGLISH).moment(noon, "Europe/Prague") == "Jul 1, 2026 14:00"
    assert words_in(Language.CZECH).moment(noon, "Europe/Prague") == "1. 7. 2026 14:00"
    assert words_in(Language.ENGLISH).number(12345) == "12,345"
