"""A small sync whose folder ``tests`` a test writes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.steps.mapping_tests.running import TriedSync, run_mapping_tests

SYNC = "database: sales\ntimezone: Europe/Prague\nmappings: [accounts, contacts]\n"
ACCOUNTS = "salesforce: Account\ndaktela: accounts\nkey: 'a_{Id}'\nfields: {title: Name}\n"
CONTACTS = """\
salesforce: Contact
daktela: contacts
key: "c_{Id}"
fields:
  title: "{FirstName} {LastName}"
  lastname: LastName
  account: {lookup: accounts, from: AccountId}
  user: {lookup: users, from: Owner.Email}
  description: {from: Description, when_empty: keep}
  customFields.email: {from: Email, transforms: [email, lower]}
  customFields.trade: {from: Trade__c, values: {Banking: bank, Energy: utility}, default: other}
  customFields.size: Size__c
  customFields.seen: {from: Seen__c, transforms: [date]}
  customFields.vip: {from: Vip__c, transforms: [{boolean: {true: yes, false: no}}]}
  customFields.tags: Tags__c
"""
Try = Callable[..., TriedSync]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The sync's folder, without tests."""
    made = tmp_path / "mappings" / "demo"
    (made / "tests").mkdir(parents=True)
    for name, text in (("sync", SYNC), ("accounts", ACCOUNTS), ("contacts", CONTACTS)):
        (made / f"{name}.yaml").write_text(text, encoding="utf-8")
    return made


@pytest.fixture
def tried(folder: Path) -> Try:
    """Return a function that writes files of tests, by their names, and runs them."""

    def run(text: str = "", **texts: str) -> TriedSync:
        for name, written in {**({"contacts": text} if text else {}), **texts}.items():
            (folder / "tests" / f"{name}.yaml").write_text(written, encoding="utf-8")
        return run_mapping_tests(load_sync(folder), {})

    return run


def problems(tried: TriedSync) -> list[str]:
    """The mistakes in test files, without the folder's name."""
    return [str(problem).removeprefix("mappings/demo/tests/") for problem in tried.problems]


def failures(tried: TriedSync) -> dict[str, list[str]]:
    """The differences of each test that fails, by its name; every test could be read."""
    assert problems(tried) == []
    return {row.test.name: [str(difference) for difference in row.differences] for row in tried.failed}
