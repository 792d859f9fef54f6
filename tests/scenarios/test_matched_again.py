"""Records that share a value of `match` after the ledger was lost, or a mapping has got another name."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from salesforce_daktela.ledger.ledger import Ledger
from sandbox.testing import Sandbox
from tests.scenarios.scenario_runner import Runner
from tests.scenarios.test_renamed_mapping import rename

SHARED = {"LastName": "Dvojí", "Email": "dvoji@firma.cz"}


def lose(runner: Runner, tmp_path: Path) -> None:
    runner.ledger.close()
    runner.ledger = Ledger.open(f"sqlite:///{tmp_path / 'another.db'}")
    runner.ledger.upgrade()


def forget(way: str, runner: Runner, tmp_path: Path) -> None:
    """Let nothing tell the next run which objects are its own but their names."""
    if way == "lost":
        lose(runner, tmp_path)
    elif way == "renamed":
        rename(runner.folder, "contacts", "people")
    else:
        runner.folder = Path(shutil.copytree(runner.folder, runner.folder.parent / "copy"))


def object_of(runner: Runner, way: str, id_: str) -> str | None:
    scope = (runner.folder.name, "people" if way == "renamed" else "contacts")
    return dict(runner.ledger.records.names(*scope, [id_])).get(id_)


@pytest.mark.parametrize("way", ["lost", "renamed", "cloned"])
@pytest.mark.parametrize("piece_rows", [1_000, 1])
def test_a_record_without_an_object_takes_over_none_of_another_record(
    runner: Runner, sandbox: Sandbox, tmp_path: Path, before_now: datetime, way: str, piece_rows: int
) -> None:
    """Both have the same address. One keeps its object, the other, read before it, gets one of its own."""
    runner.piece_rows = piece_rows
    bare, older = (
        sandbox.salesforce.records.create("Contact", {**SHARED, "FirstName": first}, at=before_now)
        for first in ("Nová", "Stará")
    )
    runner.run()
    runner.daktela.delete("contacts", f"sf_contact_{bare}")
    forget(way, runner, tmp_path)
    reports = runner.run()
    for id_, title in ((older, "Stará Dvojí"), (bare, "Nová Dvojí")):
        assert object_of(runner, way, id_) == f"sf_contact_{id_}"
        held = sandbox.daktela.get("contacts", f"sf_contact_{id_}")
        assert held is not None
        assert held.values["title"] == title
    assert not any(report.outcomes.get("rejected") for report in reports.values())


def test_an_adopted_object_is_found_again_beside_one_of_our_own(
    runner: Runner, sandbox: Sandbox, tmp_path: Path, before_now: datetime
) -> None:
    """Of two objects with the record's address one was made for another record, so the match is not ambiguous."""
    foreign = {"name": "zdejsi", "title": "Zdejší", "lastname": "Zdejší", "customFields": {"email": [SHARED["Email"]]}}
    runner.daktela.create("contacts", {**foreign, "database": runner.spec.database})
    first = sandbox.salesforce.records.create("Contact", SHARED, at=before_now)
    runner.run()
    second = sandbox.salesforce.records.create("Contact", SHARED, at=before_now)
    runner.run()
    assert runner.ledger.records.names("default", "contacts", [first, second]) == {
        first: "zdejsi",
        second: f"sf_contact_{second}",
    }
    lose(runner, tmp_path)
    runner.run()
    assert runner.ledger.records.names("default", "contacts", [first, second]) == {
        first: "zdejsi",
        second: f"sf_contact_{second}",
    }
