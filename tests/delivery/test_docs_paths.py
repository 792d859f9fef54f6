"""What the pages point at is there: files, folders, links, make targets, and every decision in its index."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PACKAGE = PROJECT / "plugins" / "salesforce_daktela"
DECISIONS = PROJECT / "docs" / "decisions"
PAGES = sorted(
    [
        *(PROJECT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
        *(PROJECT / "docs").rglob("*.md"),
        *(PROJECT / "tests").rglob("*.md"),
    ]
)
ROOTS = (PROJECT, PACKAGE, PROJECT / "plugins")
"""A path begins at the project, inside the package (``steps/load/loader.py``), or in the folder of its page."""

PATH = re.compile(r"[\w.{},*-]+(?:/[\w.{},*-]+)*/?")
MADE_LATER = re.compile(r"^(\.venv|\.clients|\.sandbox|\.demo)/|\.lock\.json$")
"""What a command makes is not in the repository."""


def unfenced(page: Path) -> str:
    """The text of a page without its blocks of code."""
    return re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


def paths_in(page: Path) -> Iterator[str]:
    """Every path of this repository that stands in backticks."""
    for text in re.findall(r"`([^`\n]+)`", unfenced(page)):
        if PATH.fullmatch(text) and not MADE_LATER.search(text) and _is_ours(text, page):
            yield text


def _is_ours(text: str, page: Path) -> bool:
    first, slash, _ = text.partition("/")
    if not slash:
        return text.endswith(".py")
    return any((root / first).is_dir() for root in (*ROOTS, page.parent))


def exists(text: str, page: Path) -> bool:
    """Whether a path, with ``{a,b}`` and ``*`` as in a shell, names at least one file or folder for each choice."""
    return all(_found(choice, page) for choice in _choices(text))


def _choices(text: str) -> list[str]:
    found = re.search(r"\{([^{}]*)\}", text)
    if found is None:
        return [text]
    before, after = text[: found.start()], text[found.end() :]
    return [whole for piece in found[1].split(",") for whole in _choices(f"{before}{piece}{after}")]


def _found(path: str, page: Path) -> bool:
    if "/" not in path:
        return any(True for root in (PACKAGE, PROJECT / "tests", PROJECT / "sandbox") for _ in root.rglob(path))
    return any(True for root in (*ROOTS, page.parent) for _ in root.glob(path))


def anchors(page: Path) -> set[str]:
    """The headings of a page as links name them."""
    headings = re.findall(r"^#+ (.*)$", unfenced(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_every_path_exists(page: Path) -> None:
    """A module that moves takes its mentions along."""
    assert [path for path in paths_in(page) if not exists(path, page)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    """To a file of the repository, and to a heading that it has."""
    lost = []
    for link in re.findall(r"\]\(([^()\s]+)\)", unfenced(page)):
        if "://" in link:
            continue
        place, _, heading = link.partition("#")
        target = (page.parent / place).resolve() if place else page
        if not target.exists() or (heading and heading not in anchors(target)):
            lost.append(link)
    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_every_make_target_exists(page: Path) -> None:
    """Whoever copies a command gets what the page says."""
    targets = re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    asked = re.findall(r"(?:^|`)make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(asked) <= set(targets)


def test_the_index_lists_every_decision_by_its_title() -> None:
    """In the order of their numbers."""
    index = (DECISIONS / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| (\d+) \| \[(.+?)\]\((\d{4}-[a-z0-9-]+\.md)\) \| .+ \|$", index, re.MULTILINE)
    records = sorted(DECISIONS.glob("[0-9]*.md"))
    titles = [path.read_text(encoding="utf-8").splitlines()[0] for path in records]
    assert [(f"# {number}. {title}", name) for number, title, name in listed] == [
        (title, path.name) for title, path in zip(titles, records, strict=True)
    ]
