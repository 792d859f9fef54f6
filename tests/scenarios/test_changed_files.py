"""The next run after a change that docs/upgrading.md tells of."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.steps.run import fingerprint
from sandbox.testing import Sandbox
from tests.scenarios.oracle import alive
from tests.scenarios.scenario_runner import Runner, rewrite
from tests.scenarios.test_former_ledgers import written
from tests.scenarios.test_restored_ledger import names


def test_a_changed_key_names_only_what_is_created_from_then_on(
    runner: Runner, sandbox: Sandbox, before_now: datetime
) -> None:
    """Every record is read once more; what was written keeps its object and its name."""
    runner.run()
    before = set(names(sandbox))
    rewrite(runner.folder / "contacts.yaml", 'key: "sf_contact_{Id}"', 'key: "crm_{Id}"')
    reports = runner.run()
    assert reports["contacts"].extracted >= len(alive(sandbox, "Contact"))
    assert written(reports) == {}
    new = sandbox.salesforce.records.create("Contact", {"LastName": "Nová"}, at=before_now)
    assert written(runner.run()) == {"created": 1}
    assert set(names(sandbox)) - before == {f"crm_{new}"}


def test_after_a_changed_key_a_lost_ledger_doubles_what_was_written_under_the_old_one(
    runner: Runner, sandbox: Sandbox, tmp_path: Path
) -> None:
    """Names are how objects are found without it; a rule of ``match`` finds those that it fits."""
    runner.run()
    loaded = [name for name in names(sandbox) if name.startswith("sf_account_")]
    rewrite(runner.folder / "accounts.yaml", 'key: "sf_account_{Id}"', 'key: "crm_{Id}"')
    runner.ledger.close()
    runner.ledger = Ledger.open(f"sqlite:///{tmp_path}/empty.db")
    runner.ledger.upgrade()
    assert runner.run()["accounts"].outcomes["created"] == len(loaded)


def test_new_rules_of_our_own_read_everything_once_and_write_what_differs(
    runner: Runner, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here nothing does: no call of Daktela's changes anything, and the run after that reads nothing."""
    runner.run()
    monkeypatch.setattr(fingerprint, "RULES", fingerprint.RULES + 1)
    first, second = runner.run(), runner.run()
    assert first["accounts"].extracted >= len(alive(sandbox, "Account"))
    assert written(first) == {}
    assert sum(report.extracted for report in second.values()) == 0
