"""What errors and problems say, on pages in Czech."""

from __future__ import annotations

import io
import logging
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.problems import MappingError, MappingProblem
from salesforce_daktela.ui.sentences import Sentences
from salesforce_daktela.ui.wording import CATALOGUES, SENTENCES, Language, words_in
from scripts.sentences import templates
from tests.attacks.mapping_mutations import sync_folder
from tests.ui.conftest import Ask

FILES = CATALOGUES / Language.CZECH / "LC_MESSAGES"
CZECH = {"Accept-Language": "cs"}
SCRIPT = {**CZECH, "Sec-Fetch-Dest": "empty"}
FORMS = re.compile(r"\{\w+:[^}]*\|([^}|]*)\}")
"""The forms that go with a number, the last of them for many."""


def catalogue() -> Catalog:
    with (FILES / f"{SENTENCES}.po").open("rb") as file:
        return read_po(file)


def places(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


@pytest.fixture
def say() -> Callable[[str], str]:
    return words_in(Language.CZECH).sentence


@pytest.fixture
def untold(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """The sentences that the log says no translation is known of."""
    caplog.set_level(logging.WARNING, "salesforce_daktela.ui.sentences")
    return lambda: [record.getMessage() for record in caplog.records if record.name.endswith("ui.sentences")]


def test_every_sentence_of_the_code_is_in_the_catalogue_and_translated() -> None:
    """Run `make catalogues`, then translate what is new in `sentences.po`."""
    said = {str(each.id): str(each.string) for each in catalogue() if each.id}
    assert set(said) == templates()
    assert [english for english, czech in said.items() if not czech.strip()] == []


def test_translations_have_no_places_but_those_of_their_sentence() -> None:
    """Any of them may be left out; a misspelt one would end the page in an error."""
    for each in catalogue():
        assert places(str(each.string)) <= places(str(each.id)) or not each.id


def test_no_sentence_is_taken_for_another(say: Callable[[str], str]) -> None:
    """Each of the catalogue is found with its own values."""
    for each in catalogue():
        values = {name: f"X{number}" for number, name in enumerate(sorted(places(str(each.id))))}
        if each.id:
            of_many = FORMS.sub(r"\1", str(each.string).replace("!t}", "}"))
            assert say(str(each.id).format(**values)) == of_many.format(**values)


def test_the_compiled_sentences_are_those_of_the_catalogue() -> None:
    """It is what the pages read."""
    made = io.BytesIO()
    write_mo(made, catalogue())
    assert (FILES / f"{SENTENCES}.mo").read_bytes() == made.getvalue()


@pytest.mark.parametrize(
    ("english", "czech"),
    [
        ("unknown key", "neznámý klíč"),
        ("there is no host acme.example", "adresa acme.example neexistuje"),
        ("expected a text, found a list", "očekává se text, nalezeno: seznam"),
        ("expected a text, found nothing", "očekává se text, nalezeno: nic"),
        (
            "did you mean contacts? choose from accounts, contacts",
            "nemysleli jste contacts? vyberte z: accounts, contacts",
        ),
        ("the key nothing is not a text", "klíč nothing není text"),
        (
            "default/contacts.yaml:3: filter: unknown key: did you mean where? choose from key, where",
            "default/contacts.yaml:3: filter: neznámý klíč: nemysleli jste where? vyberte z: key, where",
        ),
        ("the standard ones are AccountId, Fax and 25 others", "standardní pole jsou AccountId, Fax a 25 dalších"),
        ("1 records would be marked or deleted", "1 záznam by se označil nebo smazal"),
        ("3 records would be marked or deleted", "3 záznamy by se označily nebo smazaly"),
        ("1,234 records would be marked or deleted", "1,234 záznamů by se označilo nebo smazalo"),
        (
            "3 of 5 records were rejected, more than the 1.25% that reject_above allows; all others are loaded and "
            "these are tried again on later runs",
            "odmítnuto bylo 3 z 5 záznamů, víc než 1,25\N{NO-BREAK SPACE}%, které dovoluje reject_above; všechny "
            "ostatní jsou nahrány a tyto zkusí znovu další běhy",
        ),
        ("unknown key\nlists no mapping", "neznámý klíč\nneuvádí žádné mapování"),
        ("", ""),
    ],
)
def test_a_sentence_is_said_in_czech_with_its_values(say: Callable[[str], str], english: str, czech: str) -> None:
    """Values stay as they are, unless they are sentences themselves, or words of ours at a place for them."""
    assert say(english) == czech


def test_pages_in_english_say_what_the_log_says() -> None:
    """Nothing is compared with anything there."""
    assert words_in(Language.ENGLISH).sentence("whatever it is") == "whatever it is"


def test_an_unknown_sentence_stays_and_is_told_once_without_its_values(untold: Callable[[], list[str]]) -> None:
    """The log gets the words that other sentences have, too; a name may be somebody's."""
    sentences = Sentences(catalogue())
    for _ in range(2):
        assert sentences.say("the moon of Nováková is empty") == "the moon of Nováková is empty"
    (told,) = untold()
    assert told.endswith(": the … of … is empty")


def test_a_hostile_text_is_looked_at_for_a_moment_only(say: Callable[[str], str]) -> None:
    """Neither separators nor pieces of templates make work that grows out of hand."""
    for text in (": " * 5_000, "there is no " * 80, "a; b: " * 150, "x" * 100_000, "{0}{x!r}{", "is no {}: " * 90):
        assert isinstance(say(text), str)


def spoiled(seed: int) -> list[MappingProblem]:
    """The problems of a folder that was changed in one to four places."""
    with tempfile.TemporaryDirectory() as home:
        folder, transforms = sync_folder(Random(f"czech:{seed}")).write(Path(home))  # noqa: S311 the same again
        try:
            load_sync(folder, transforms_folder=transforms)
        except MappingError as exc:
            return list(exc.problems)
    return []


def test_whatever_is_wrong_with_a_folder_is_said_in_czech(
    say: Callable[[str], str], untold: Callable[[], list[str]]
) -> None:
    """Every sentence about folders that came out of careless hands."""
    problems = [problem for seed in range(120) for problem in spoiled(seed)]
    assert len(problems) > 100
    english = [text for each in problems for text in (each.what, each.advice) if text and say(text) == text]
    assert (english, untold()) == ([], [])


def test_a_broken_sync_is_listed_in_the_language_of_the_page(
    ask: Ask, add_sync: Callable[[str], Path], untold: Callable[[], list[str]]
) -> None:
    """Its problems and their advice, with the names that the file has."""
    file = add_sync("crm") / "contacts.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("daktela: contacts", "daktela: contact"), encoding="utf-8")
    page = ask("/", headers=CZECH).text
    assert "unknown value" not in page
    assert "neznámá hodnota contact" in page
    assert "nemysleli jste contacts? vyberte z: accounts, campaignsRecords, contacts, crmRecords" in page
    assert untold() == []


def test_the_mapping_table_gets_its_problems_in_the_language_of_the_page(
    ask: Ask, add_sync: Callable[[str], Path]
) -> None:
    """Each with its advice, at the row that it is about."""
    file = add_sync("crm") / "contacts.yaml"
    file.write_text(f"{file.read_text(encoding='utf-8')}on_gone: [keep]\n", encoding="utf-8")
    (problem,) = ask("/syncs/crm/map/contacts/document", role="admin", headers=SCRIPT).json()["problems"]
    assert problem["what"] == "očekává se text, nalezeno: seznam"
    assert problem["advice"] == "má-li to být text, dejte ho do uvozovek"


def test_a_refusal_is_told_to_scripts_in_the_language_of_the_page(ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """The page shows what the reply says."""
    add_sync("crm")
    reply = ask("/syncs/crm/undo", method="POST", role="admin", headers=SCRIPT, json={"version": 7})
    assert reply.status_code == 409
    assert reply.json()["detail"].startswith("koncept synchronizace crm: ")
