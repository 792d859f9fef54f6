"""The documentation as a site: built without a warning, with every page in its navigation, and complete in itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

from scripts.docs.pages import PAGES

PROJECT = Path(__file__).resolve().parents[2]
DOCS = PROJECT / "docs"
IN_CZECH = ("index", "quickstart", "salesforce-setup", "daktela-setup", "screens", "failures")
"""What a person of Daktela's screen reads."""
LOADED = re.compile(
    r'<(?:script|img|iframe|source)[^>]*\ssrc="([^"]+)"|<link[^>]*\srel="(?:stylesheet|icon|preconnect)"[^>]*>'
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The site; ``strict`` makes a lost link, a lost anchor or a page outside of the navigation an error."""
    built = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("NO_MKDOCS_2_WARNING", "1")
        config = load_config(str(PROJECT / "mkdocs.yml"), site_dir=str(built))
        config.plugins.on_startup(command="build", dirty=False)
        build(config)
        yield built


@pytest.mark.parametrize("name", PAGES)
def test_pages_from_the_code_are_up_to_date(name: str) -> None:
    """``make docs`` makes them anew."""
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name]()


def test_every_page_stands_in_the_navigation_of_both_languages(site: Path) -> None:
    """Decisions are found in their index."""
    pages = {page.stem for page in DOCS.glob("*.md") if page.suffixes == [".md"]} - {"index"}
    for home, prefix in ((site, ""), (site / "cs", "cs/")):
        html = (home / "index.html").read_text(encoding="utf-8")
        linked = set(re.findall(r'href="([\w-]+)/" class="md-nav__link', html))
        assert pages <= linked, prefix


@pytest.mark.parametrize("page", IN_CZECH)
def test_what_people_of_the_screen_read_is_there_in_czech(site: Path, page: str) -> None:
    """Not the English text below a Czech address."""
    assert (DOCS / f"{page}.cs.md").is_file()
    place = site / "cs" / ("" if page == "index" else page) / "index.html"
    assert '<html lang="cs"' in place.read_text(encoding="utf-8")


def test_a_page_loads_nothing_from_elsewhere(site: Path) -> None:
    """No fonts, scripts or pictures of another host."""
    for page in site.rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        foreign = [
            found.group()
            for found in LOADED.finditer(html)
            if re.search(r'(?:src|href)="(?:https?:)?//', found.group())
        ]
        assert foreign == [], page


def test_czech_and_english_pages_have_the_same_sections() -> None:
    """A section that is added in one language is missed in the other."""
    for name in IN_CZECH:
        levels = [
            re.findall(
                r"^(#+) ",
                re.sub(
                    r"^```.*?^```",
                    "",
                    (DOCS / f"{name}{suffix}").read_text(encoding="utf-8"),
                    flags=re.DOTALL | re.MULTILINE,
                ),
                re.MULTILINE,
            )
            for suffix in (".md", ".cs.md")
        ]
        assert levels[0] == levels[1], name
