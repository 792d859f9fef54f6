"""Mappings get other names and go, with everything that names them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.steps.setup.rewriting import lookups_of, remove_mapping, rename_mapping

SHIPPED = Path(__file__).resolve().parents[3] / "include" / "mappings" / "default"


@pytest.fixture
def texts() -> dict[str, str]:
    """The shipped files."""
    return {path.name: path.read_bytes().decode() for path in sorted(SHIPPED.glob("*.yaml"))}


def test_a_mapping_is_renamed_with_all_that_names_it(texts: dict[str, str], tmp_path: Path) -> None:
    """Its file moves as it is, key included; the list and the lookups follow, and nothing else changes."""
    changed = rename_mapping(texts, "accounts", "companies")
    assert changed["accounts.yaml"] is None
    assert changed["companies.yaml"] == texts["accounts.yaml"]
    assert changed["sync.yaml"] == texts["sync.yaml"].replace("[accounts,", "[companies,")
    assert changed["contacts.yaml"] == texts["contacts.yaml"].replace("lookup: accounts", "lookup: companies")
    shutil.copytree(SHIPPED, tmp_path / "a" / "north")
    for name, text in changed.items():
        path = tmp_path / "a" / "north" / name
        path.unlink() if text is None else path.write_text(text)
    spec = load_sync(tmp_path / "a" / "north")
    before = load_sync(SHIPPED)
    assert spec.mapping("companies").key == before.mapping("accounts").key
    assert spec.mappings[0].name == "companies"


@pytest.mark.parametrize(
    ("new", "what"),
    [
        ("contacts", "there is such a mapping"),
        ("users", "no name"),
        ("preflight", "users and preflight are taken"),
        ("sync", "no name"),
        ("../x", "no name"),
    ],
)
def test_a_name_that_is_taken_or_none_is_refused(texts: dict[str, str], new: str, what: str) -> None:
    """With what to do."""
    with pytest.raises(ConfigurationError, match=what):
        rename_mapping(texts, "accounts", new)
    with pytest.raises(ConfigurationError, match="no such mapping"):
        rename_mapping(texts, "companies", "others")


def test_a_mapping_goes_with_its_line_in_the_list(texts: dict[str, str]) -> None:
    """Nothing else changes."""
    changed = remove_mapping(texts, "leads")
    assert changed["leads.yaml"] is None
    assert changed["sync.yaml"] == texts["sync.yaml"].replace("leads, ", "")
    assert set(changed) == {"leads.yaml", "sync.yaml"}


def test_a_mapping_that_others_look_up_stays(texts: dict[str, str]) -> None:
    """The fields are named."""
    assert "contacts: account" in lookups_of(texts, "accounts")
    with pytest.raises(ConfigurationError, match="refer to its records: contacts: account"):
        remove_mapping(texts, "accounts")


def test_the_only_mapping_stays(texts: dict[str, str]) -> None:
    """A sync has one at least."""
    alone = {"accounts.yaml": texts["accounts.yaml"], "sync.yaml": "mappings: [accounts]\n"}
    with pytest.raises(ConfigurationError, match="only mapping"):
        remove_mapping(alone, "accounts")
