"""The reference of the program names every verb it has."""

from __future__ import annotations

import re
from pathlib import Path

import typer.main
from typer.core import TyperGroup

from salesforce_daktela.cli.app import app
from salesforce_daktela.cli.exits import ExitCode
from tests.cli.conftest import Terminal, answer
from tests.scenarios.scenario_runner import Runner

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")


def test_every_verb_and_exit_code_is_described() -> None:
    """And nothing that does not exist."""
    program = typer.main.get_command(app)
    assert isinstance(program, TyperGroup)
    verbs = {
        f"{name} {below}" if below else name
        for name, command in program.commands.items()
        for below in (command.commands if isinstance(command, TyperGroup) else [""])
    }
    described = re.findall(r"^\| `([a-z ]+?)(?: ID| SYNC)?` \|", DOCS, re.MULTILINE)
    assert set(described) == verbs
    assert [int(code) for code in re.findall(r"^\| (\d) \|", DOCS, re.MULTILINE)] == [code.value for code in ExitCode]


def test_a_lock_file_is_written_for_each_sync(terminal: Terminal, runner: Runner) -> None:
    """The sync loads with it, and its schemas agree with it."""
    (row,) = answer(terminal("lock", "--json"))["locks"]
    assert Path(row["file"]).parent == runner.folder
    assert terminal("check").exit_code == 0


def test_a_lock_file_that_cannot_be_written_is_an_error_of_the_setting(terminal: Terminal, runner: Runner) -> None:
    """As in a container whose folder is read-only."""
    (runner.folder / "schema.lock.json").mkdir()
    result = terminal("lock")
    assert (result.exit_code, "run this where the project is checked out" in result.stderr) == (2, True)
