"""Hooks of MkDocs: pages that ``nav`` of ``mkdocs.yml`` does not name, and what a site shows otherwise than GitHub."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

STAR = "*"
OTHER_LANGUAGE = re.compile(r"^\[(?:Česky|English)\]\(\S+\)\. ", re.MULTILINE)
PICTURE = re.compile(r"^(!\[[^\]]*\]\(screens/\w+)-light-(\w+\.png)\)", re.MULTILINE)


def on_config(config: Any) -> Any:
    """Put the pages of the folder itself that no entry names in the place of the star, by name."""
    docs = Path(config["docs_dir"])
    named = set(_pages(config["nav"]))
    others = [page.name for page in sorted(docs.glob("*.md")) if page.suffixes == [".md"] and page.name not in named]
    config["nav"] = _filled(config["nav"], others)
    return config


def _pages(nav: list[Any]) -> Iterator[str]:
    for entry in nav:
        for below in entry.values() if isinstance(entry, dict) else [entry]:
            yield from [below] if isinstance(below, str) else _pages(below)


def _filled(nav: list[Any], others: list[str]) -> list[Any]:
    filled: list[Any] = []
    for entry in nav:
        if isinstance(entry, dict):
            filled.append({title: _filled(below, others) for title, below in entry.items()})
        else:
            filled.extend(others if entry == STAR else [entry])
    return filled


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Leave out the link to the other language, for which the site has a switch, and show pictures in its theme.

    Both pictures of a page are in ``docs/screens``.
    """
    return PICTURE.sub(r"\1-light-\2#only-light)\n\1-dark-\2#only-dark)", OTHER_LANGUAGE.sub("", markdown, count=1))
