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

PROGRAM = typer.main.get_command(app)
assert isinstance(PROGRAM, TyperGroup)
VERBS = {
    f"{name} {below}".strip(): verb
    for name, command in PROGRAM.commands.items()
    for below, verb in (command.commands if isinstance(command, TyperGroup) else {"": command}).items()
}
COMMON = {"--sync", "--json"}


def test_every_verb_and_exit_code_is_described() -> None:
    """And nothing that does not exist."""
    described = re.findall(r"^\| `([a-z ]+?)(?: ID| SYNC)?` \|", DOCS, re.MULTILINE)
    assert set(described) == set(VERBS)
    assert [int(code) for code in re.findall(r"^\| (\d) \|", DOCS, re.MULTILINE)] == [code.value for code in ExitCode]


def test_every_option_is_described() -> None:
    """In the row of its verb, or where the row leads; those that nearly all verbs take, once for all."""
    rows = {match[1]: match[0] for match in re.finditer(r"^\| `([a-z ]+?)(?: ID| SYNC)?` \|.*$", DOCS, re.MULTILINE)}
    below = DOCS.partition("\nAll verbs except")[2]
    for verb, command in VERBS.items():
        place = rows[verb] + (below if "see below" in rows[verb] else "")
        own = {name for option in command.params for name in option.opts if name.startswith("--")} - COMMON
        assert [name for name in sorted(own) if f"`{name}" not in place] == [], verb


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
