"""Tests of mappings and the lock file follow a mapping to its new name, and go with it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.steps.mapping_tests.running import run_mapping_tests
from salesforce_daktela.steps.preflight.schema_lock import LOCK, lock_document, read_lock
from salesforce_daktela.steps.setup.companions import remove_from_companions, rename_in_companions
from salesforce_daktela.steps.setup.folder import is_companion, read_companions
from salesforce_daktela.steps.setup.rewriting import remove_mapping, rename_mapping

SHIPPED = Path(__file__).resolve().parents[3] / "include" / "mappings" / "default"
SEEN = {"salesforce": {"of": "Account", "fields": {}}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped sync with its tests and a lock file."""
    found = Path(shutil.copytree(SHIPPED, tmp_path / "mappings" / "north"))
    (found / LOCK).write_text(lock_document({"version": 1, "mappings": {"accounts": SEEN, "leads": SEEN}}))
    return found


def texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.glob("*.yaml")}


def beside(folder: Path) -> dict[str, str]:
    return {name: file.text for name, file in read_companions(folder).items()}


def write(folder: Path, changed: dict[str, str | None]) -> None:
    for name, text in changed.items():
        (folder / name).unlink() if text is None else (folder / name).write_text(text)


@pytest.mark.parametrize("old", ["accounts", "contacts", "leads"])
def test_the_tests_of_a_renamed_mapping_pass_under_its_new_name(folder: Path, old: str) -> None:
    """Also those of leads, which name the mappings of their heirs; the lock file is one of the new names."""
    before = run_mapping_tests(load_sync(folder), {})
    assert before.counts()[old]
    changed = {**rename_mapping(texts(folder), old, "renamed"), **rename_in_companions(beside(folder), old, "renamed")}
    write(folder, changed)
    after = run_mapping_tests(load_sync(folder), {})
    assert (after.fine, after.counts()["renamed"]) == (True, before.counts()[old])
    assert not (folder / "tests" / f"{old}.yaml").exists()
    assert set(read_lock(folder)) == {"renamed" if name == old else name for name in ("accounts", "leads")}


def test_the_tests_of_a_deleted_mapping_go_with_it(folder: Path) -> None:
    """And its part of the lock file."""
    write(folder, {**remove_mapping(texts(folder), "leads"), **remove_from_companions(beside(folder), "leads")})
    assert run_mapping_tests(load_sync(folder), {}).fine
    assert not (folder / "tests" / "leads.yaml").exists()
    assert set(read_lock(folder)) == {"accounts"}


def test_what_names_no_mapping_stays_byte_for_byte() -> None:
    """Remarks, quotes, the order of keys, files of other mappings; one that holds tests of it under another name."""
    there = {
        "tests/accounts.yaml": "# accounts\r\ntests:\r\n  - {name: accounts, salesforce: {Name: accounts}}\r\n",
        "tests/more.yaml": "mapping: 'accounts'  # accounts\ntests: []\n",
        "tests/leads.yaml": "tests:\n  - name: x\n    becomes:\n      accounts: 1\n    fields: {accounts: 1}\n",
        "tests/contacts.yaml": "tests: []\n",
        LOCK: lock_document({"version": 1, "mappings": {"leads": SEEN}}),
    }
    assert rename_in_companions(there, "accounts", "firms") == {
        "tests/accounts.yaml": None,
        "tests/firms.yaml": there["tests/accounts.yaml"],
        "tests/more.yaml": "mapping: 'firms'  # accounts\ntests: []\n",
        "tests/leads.yaml": there["tests/leads.yaml"].replace("      accounts: 1", "      firms: 1"),
    }
    assert remove_from_companions(there, "accounts") == {"tests/accounts.yaml": None, "tests/more.yaml": None}


def test_a_file_of_tests_that_has_the_new_name_already_is_not_overwritten() -> None:
    """The other then says whose tests it holds."""
    there = {"tests/accounts.yaml": "tests: []\n", "tests/firms.yaml": "mapping: leads\ntests: []\n"}
    changed = rename_in_companions(there, "accounts", "firms")
    assert changed == {"tests/accounts.yaml": "mapping: firms\ntests: []\n"}


@pytest.mark.parametrize("text", ["", "tests: [", "- 1\n", "tests: {a: 1}\n", "mapping: [a]\n"])
def test_what_cannot_be_read_moves_as_it_is(text: str) -> None:
    """The person mends it; a lock file stays."""
    changed = rename_in_companions({"tests/accounts.yaml": text, LOCK: "[" + text}, "accounts", "firms")
    assert changed == {"tests/accounts.yaml": None, "tests/firms.yaml": text}
    assert remove_from_companions({LOCK: json.dumps([text])}, "accounts") == {}


@pytest.mark.parametrize(
    "name", ["tests/../x.yaml", "tests/.x.yaml", "tests/a/b.yaml", "x/y.yaml", "tests/x.yml", ".schema"]
)
def test_no_other_file_is_one_of_them(name: str) -> None:
    """A draft cannot lead out of the sync's folder."""
    assert not is_companion(name)
