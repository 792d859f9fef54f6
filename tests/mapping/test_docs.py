"""The reference of the mapping language says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.transforms.registry import BUILT_IN, load_project_transforms
from tests.mapping.conftest import MapField, WriteSync

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "mapping.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", DOCS, re.DOTALL)
PARENT = 'salesforce: {0}\ndaktela: {1}\nkey: "{2}_{{Id}}"\nfields: {{title: Name{3}}}\n'


def test_the_examples_load(write_sync: WriteSync) -> None:
    """Both files of the first pages are a working sync."""
    sync, contacts = BLOCKS
    accounts = PARENT.format("Account", "accounts", "a", "")
    deals = PARENT.format("Opportunity", "crmRecords", "o", ", type: {value: deal}, stage: {value: OPEN}")
    spec = load_sync(write_sync(sync=sync, contacts=contacts, accounts=accounts, opportunities=deals))
    assert [mapping.name for mapping in spec.mappings] == ["accounts", "contacts", "opportunities"]


@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_every_transform_is_described_with_its_options(name: str) -> None:
    """A row of the table names the transform and each option it has."""
    (row,) = [
        line for line in DOCS.splitlines() if re.match(rf"\| [^|]*`{name}`[^|]*\|", line) and line.count("|") == 6
    ]
    inner = {"table", "default", "value"} if name in ("values", "default") else set()
    assert all(option in row for option in set(BUILT_IN[name].options) - inner)


def test_the_example_of_an_own_transform_works(map_field: MapField, tmp_path: Path) -> None:
    """The function can be copied as it stands."""
    (source,) = re.findall(r"```python\n(.*?)```", DOCS, re.DOTALL)
    folder = tmp_path / "transforms"
    folder.mkdir()
    (folder / "own.py").write_text(source, encoding="utf-8")
    assert set(load_project_transforms(folder)) == {"ico"}
    assert map_field("{from: A, transforms: [{ico: {digits: 10}}]}", {"A": "177041"}, transforms=folder) == [
        "0000177041"
    ]
