"""Every file of docs/recipes.md is one that the loader takes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from salesforce_daktela.mapping.language.loader import load_sync

RECIPES = (Path(__file__).resolve().parents[2] / "docs" / "recipes.md").read_text(encoding="utf-8")
FILES = re.findall(r"^```yaml\n# (\S+)\n(.*?)^```", RECIPES, re.DOTALL | re.MULTILINE)
OTHERS = {
    "accounts": 'salesforce: Account\ndaktela: accounts\nkey: "a_{Id}"\nfields: {title: Name}\n',
    "contacts": 'salesforce: Contact\ndaktela: contacts\nkey: "c_{Id}"\nfields: {title: Name, lastname: LastName}\n',
}
"""What other mappings look up."""


def test_every_block_names_its_file() -> None:
    """So that none is left out here."""
    assert len(FILES) == RECIPES.count("```yaml") > 0


@pytest.mark.parametrize(("name", "text"), FILES, ids=[name for name, _ in FILES])
def test_a_recipe_loads(tmp_path: Path, name: str, text: str) -> None:
    """A mapping behind accounts and contacts, a sync.yaml beside the mappings that it lists."""
    file = Path(name)
    for other, content in OTHERS.items():
        (tmp_path / f"{other}.yaml").write_text(content, encoding="utf-8")
    mappings = list(OTHERS) if file.stem in {*OTHERS, "sync"} else [*OTHERS, file.stem]
    (tmp_path / "sync.yaml").write_text(f"mappings: [{', '.join(mappings)}]\n", encoding="utf-8")
    if file.stem == "sync":
        (tmp_path / "contacts.yaml").unlink()
        mappings = ["accounts"]
    (tmp_path / file.name).write_text(text, encoding="utf-8")
    assert [mapping.name for mapping in load_sync(tmp_path).mappings] == mappings
