"""What the page of one mapping shows before its scripts have asked for anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from salesforce_daktela.mapping.editing.controls import SYNC
from salesforce_daktela.mapping.editing.form import read_form
from salesforce_daktela.mapping.problems import MappingError
from salesforce_daktela.ui.map_page.words import texts_of
from salesforce_daktela.ui.wording import Words

STATIC = Path(__file__).parents[1] / "static"
SYNC_FILE = "sync.yaml"
SUFFIX = ".yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class MapView:
    """``mapping`` is the one shown, empty where the draft has none; ``texts`` are the scripts' texts as JSON.

    ``scripts`` are the addresses of all modules below ``static``, so that a browser asks for them at once.
    """

    mapping: str
    mappings: tuple[str, ...]
    texts: str
    scripts: tuple[str, ...]


def mappings_of(texts: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of a draft's mapping files: in the order of ``sync.yaml``, then those that it does not list."""
    there = sorted(name.removesuffix(SUFFIX) for name in texts if name.endswith(SUFFIX) and name != SYNC_FILE)
    listed = _listed(texts.get(SYNC_FILE, ""))
    return (*(name for name in listed if name in there), *(name for name in there if name not in listed))


def show_map(mapping: str, texts: Mapping[str, str], words: Words) -> MapView:
    """Return the view of one mapping of a draft."""
    return MapView(mapping=mapping, mappings=mappings_of(texts), texts=json.dumps(texts_of(words)), scripts=_scripts())


@cache
def _scripts() -> tuple[str, ...]:
    found = [path for folder in ("map", "vendor/lit-html") for path in (STATIC / folder).rglob("*.js")]
    return tuple(sorted(path.relative_to(STATIC).as_posix() for path in found))


def _listed(text: str) -> list[str]:
    try:
        found = read_form(text, controls=SYNC).settings.get("mappings")
    except MappingError:
        return []
    return [str(name) for name in found] if isinstance(found, list) else []
