"""What the documentation calls a page, a button or a field is what stands there, in its language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from salesforce_daktela.ui import way
from salesforce_daktela.ui.connection_fields import FIELDS
from salesforce_daktela.ui.watching import nav
from salesforce_daktela.ui.wording import CATALOGUES, DOMAIN, Language, words_in

DOCS = Path(__file__).resolve().parents[2] / "docs"
NAMES = (
    *("index", "quickstart", "screens", "salesforce-setup", "daktela-setup", "failures"),
    *("ui", "connections", "running", "operating", "reconcile", "drift", "backup", "deploy"),
)
PAGES = [page for name in NAMES for page in sorted(DOCS.glob(f"{name}*.md"))]
CODE = re.compile(r"^```.*?^```|`[^`]*`", re.DOTALL | re.MULTILINE)
QUOTED = re.compile(r"(?<![*\w])(\*{1,2})([A-ZÁČĎÉÍŇÓŘŠŤÚŽ][^*]*[^*.])\1(?![*\w])")
"""What is stressed and begins with a capital letter, but for whole sentences."""

SALESFORCE = """
    API|API Enabled|Access and manage your data (api)|Account|Admin approved users are pre-authorized
    Allow OAuth Username-Password Flows|App Manager|Approve Uninstalled Connected Apps|Callback URL
    Connected Apps OAuth Usage|Consumer Key and Secret|Contact|Edit|Enable Client Credentials Flow|Enable OAuth
    Event|External Client App Manager|Flow Enablement|IP Relaxation|JWT Bearer Flow|Lead|Login History
    Login IP Ranges|Manage Consumer Details|Manage user data via APIs (api)|Minimum Access - API Only Integrations
    My Domain|Network Access|New External Client App|OAuth Settings|OAuth and OpenID Connect Settings|Opportunity
    Permission Sets|Permitted Users|Policies|Read|Reset My Security Token|Run As|Salesforce Integration|Settings
    Task|User|Users|View|View All|View All Data|View All Records|View Setup and Configuration
"""
DAKTELA = """
    AccessToken|Account form|Choose fields|Contact form|Manage → CRM → Databases|Manage → Users → List of users
    Práva|Přístup|Required field|Spravovat → CRM → Databáze|Spravovat → Uživatelé → Seznam uživatelů
"""
AIRFLOW = "Daktela|Required Actions|Salesforce|Trigger"
ELSEWHERE = {word.strip() for word in re.split(r"[|\n]", f"{SALESFORCE}|{DAKTELA}|{AIRFLOW}") if word.strip()}
"""What stands on the screens of Salesforce, of Daktela and of Airflow."""

STRESSED = {
    "CRM database",
    "Daktela sync",
    "Duplicates are not prevented",
    "Duplicitám se nebrání",
    "Důvěryhodné rozsahy organizace",
    "Events and workflows fire",
    "Salesforce sync",
    "Spouštějí se události a workflow",
    "Synchronizace Salesforce",
    "The org's trusted ranges",
    "When a worker dies before its task has begun",
}


def said(language: Language) -> set[str]:
    """Every text of the pages; of those that end with something counted or named, also what stands before it."""
    with (CATALOGUES / Language.CZECH / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        messages = [each for each in read_po(file) if each.id]
    texts = [each.id if language is Language.ENGLISH else each.string for each in messages]
    every = {str(text) for each in texts for text in (each if isinstance(each, (tuple, list)) else (each,))}
    fields = {field.label for system in FIELDS.values() for field in system}
    return every | {text.partition(": %(")[0] for text in every} | fields


def language_of(page: Path) -> Language:
    return Language.CZECH if page.suffixes == [".cs", ".md"] else Language.ENGLISH


def quoted(page: Path) -> list[str]:
    """Labels as a page spells them, on one line each."""
    text = CODE.sub("", page.read_text(encoding="utf-8"))
    return [" ".join(label.split()) for _, label in QUOTED.findall(text)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_label_stands_on_a_page_in_this_language(page: Path) -> None:
    """Or on a screen of one of the other programs, where it is listed above."""
    assert set(quoted(page)) - said(language_of(page)) - ELSEWHERE - STRESSED == set()


def test_nothing_is_listed_that_no_page_quotes() -> None:
    """A word that is no longer used would let a wrong label pass."""
    assert (ELSEWHERE | STRESSED) - {label for page in PAGES for label in quoted(page)} == set()


@pytest.mark.parametrize("language", Language)
def test_the_quickstart_leads_through_the_steps_in_their_order(language: Language) -> None:
    """Each by the name that its page has."""
    words = words_in(language)
    steps = [words.gettext("New sync"), *(way.label_of(step, words) for step in way.Step)]
    assert re.findall(r"^\d+\. \*\*(.+?)\*\*:", page_in("quickstart", language), re.MULTILINE) == steps


@pytest.mark.parametrize("language", Language)
def test_the_screens_are_all_pages_in_the_order_of_the_navigation(language: Language) -> None:
    """Those that set up, then those that watch."""
    words = words_in(language)
    pages = [words.gettext("Syncs"), *(way.label_of(step, words) for step in way.Step)]
    pages += [words.gettext("Overview"), *(nav.label_of(page, words) for page in nav.Watching)]
    assert sorted(re.findall(r"^### (.+)$", page_in("screens", language), re.MULTILINE)) == sorted(pages)


def page_in(name: str, language: Language) -> str:
    suffix = ".cs.md" if language is Language.CZECH else ".md"
    return (DOCS / f"{name}{suffix}").read_text(encoding="utf-8")
