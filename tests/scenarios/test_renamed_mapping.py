"""What the pages say of a mapping that gets another name, and of a sync that is cloned."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from salesforce_daktela.steps.setup.folder import read_files
from salesforce_daktela.steps.setup.rewriting import rename_mapping
from sandbox.testing import Sandbox
from tests.scenarios.scenario_runner import Runner


def held(sandbox: Sandbox) -> dict[str, dict[str, Any]]:
    """Accounts and contacts in Daktela by name."""
    found = [*sandbox.daktela.records("accounts"), *sandbox.daktela.records("contacts")]
    return {str(record.values["name"]): dict(record.values) for record in found}


def rename(folder: Path, old: str, new: str) -> None:
    texts = {name: file.text for name, file in read_files(folder).items()}
    for name, text in rename_mapping(texts, old, new).items():
        path = folder / name
        path.unlink() if text is None else path.write_text(text)


@pytest.mark.parametrize("mapping", ["accounts", "contacts"])
def test_a_renamed_mapping_adopts_what_it_wrote_and_doubles_nothing(
    mapping: str, runner: Runner, sandbox: Sandbox
) -> None:
    """Every record is read; the objects are those of before, references included; the old name is not forgotten."""
    first = runner.run()
    before, known = held(sandbox), runner.ledger.records.count_present("default", mapping)
    rename(runner.folder, mapping, "renamed")
    reports = runner.run()
    outcomes = reports["renamed"].outcomes
    assert outcomes.get("created", 0) == 0
    assert reports["renamed"].extracted == first[mapping].extracted
    assert held(sandbox).keys() == before.keys()
    same = ("title", "account", "user", "customFields")
    assert {name: {key: record.get(key) for key in same} for name, record in held(sandbox).items()} == {
        name: {key: record.get(key) for key in same} for name, record in before.items()
    }
    assert runner.ledger.records.count_present("default", mapping) == known
    assert runner.ledger.records.count_present("default", "renamed") == known


def test_what_was_deleted_in_daktela_comes_back_under_another_name(runner: Runner, sandbox: Sandbox) -> None:
    """Nothing under the new name says that somebody took it away."""
    runner.run()
    gone = next(name for name in held(sandbox) if name.startswith("sf_contact_"))
    runner.daktela.delete("contacts", gone)
    runner.run()
    assert gone not in held(sandbox)
    rename(runner.folder, "contacts", "people")
    runner.run()
    assert gone in held(sandbox)


def test_a_clone_adopts_what_the_sync_wrote(runner: Runner, sandbox: Sandbox) -> None:
    """By name; nothing is doubled."""
    runner.run()
    before = held(sandbox).keys()
    runner.folder = Path(shutil.copytree(runner.folder, runner.folder.parent / "copy"))
    reports = runner.run()
    assert sum(report.outcomes.get("created", 0) for report in reports.values()) == 0
    assert held(sandbox).keys() == before
