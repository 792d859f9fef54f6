"""Every file of docs/recipes.md is one that the loader takes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from salesforce_daktela.mapping.language.loader import load_sync

RECIPES = (Path(__file__).resolve().parents[2] / "docs" / "recipes.md").read_text(encoding="utf-8")
FILES = re.findall(r"^```yaml\n# (\S+)\n(.*?)^```", RECIPES, re.DOTALL | re.MULTILINE)
ACCOUNTS = 'salesforce: Account\ndaktela: accounts\nkey: "a_{Id}"\nfields: {title: Name}\n'
"""What other mappings look up."""


def test_every_block_names_its_file() -> None:
    """So that none is left out here."""
    assert len(FILES) == RECIPES.count("```yaml") > 0


@pytest.mark.parametrize(("name", "text"), FILES, ids=[name for name, _ in FILES])
def test_a_recipe_loads(tmp_path: Path, name: str, text: str) -> None:
    """A mapping beside accounts, a sync.yaml beside the mappings that it lists."""
    file = Path(name).name
    (tmp_path / "accounts.yaml").write_text(ACCOUNTS, encoding="utf-8")
    mappings = ["accounts"] if file in ("accounts.yaml", "sync.yaml") else ["accounts", Path(file).stem]
    (tmp_path / "sync.yaml").write_text(f"mappings: [{', '.join(mappings)}]\n", encoding="utf-8")
    (tmp_path / file).write_text(text, encoding="utf-8")
    assert [mapping.name for mapping in load_sync(tmp_path).mappings] == mappings
