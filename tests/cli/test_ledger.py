"""``ledger status`` looks, ``ledger upgrade`` changes."""

from __future__ import annotations

from pathlib import Path

from salesforce_daktela.ledger.ledger import Ledger
from tests.cli.conftest import Terminal, answer
from tests.scenarios.scenario_runner import Runner


def test_a_new_ledger_asks_for_its_upgrade_and_gets_it(terminal: Terminal, runner: Runner, tmp_path: Path) -> None:
    """Status ends with 1 and creates nothing; after the upgrade it ends with 0; a second upgrade changes nothing."""
    runner.ledger.close()
    runner.ledger = Ledger.open(f"sqlite:///{tmp_path / 'other.db'}")
    before = answer(terminal("ledger", "status", "--json"), 1)
    assert (before["version"], before["rows"], before["watermarks"]) == (0, {}, [])
    upgraded = answer(terminal("ledger", "upgrade", "--json"))
    assert (upgraded["version_before"], upgraded["version"]) == (0, upgraded["known_version"])
    assert answer(terminal("ledger", "status", "--json"))["rows"]["records"] == 0
    assert answer(terminal("ledger", "upgrade", "--json"))["version_before"] == upgraded["version"]
    runner.ledger.close()


def test_status_shows_what_a_run_left(terminal: Terminal, runner: Runner) -> None:
    """Rows by table and every watermark."""
    runner.run()
    found = answer(terminal("ledger", "status", "--json"))
    assert found["rows"]["records"] > 0
    assert [mark["mapping"] for mark in found["watermarks"]] == ["accounts", "contacts", "leads", "opportunities"]
    assert "watermarks" in terminal("ledger", "status").stdout
