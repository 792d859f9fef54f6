"""Every command of the pages is one: the program, and Airflow's own, know its verb and all of its options."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import pytest
import typer.main
from airflow.cli.cli_parser import get_parser
from typer.core import TyperGroup

from salesforce_daktela.cli.app import app
from tests.delivery.test_docs_paths import PAGES

CODE = re.compile(r"```\w*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
ENDS = re.compile(r"\s+(?:#|\||<|>|&&).*$")
"""Where a command ends and a remark, or another program, begins."""

NAMES_ALONE = re.compile(r"[a-z-]+( [a-z-]+)*")
"""A command that a sentence mentions, without its arguments."""


def commands(program: str) -> list[tuple[str, str]]:
    """Page and command of each line of code that starts the program; ``...`` stands for what a reader fills in."""
    begins = re.compile(rf"^\s*(?:docker compose exec airflow-scheduler |kubectl .* -- )?({program} .+)$")
    lines = ((page, line) for page in PAGES for line in _lines(page.read_text(encoding="utf-8")))
    found = {(page.name, ENDS.sub("", match[1])) for page, line in lines if (match := begins.match(line))}
    return sorted((page, command) for page, command in found if "..." not in command)


def _lines(text: str) -> Iterator[str]:
    for block, span in CODE.findall(text):
        yield from (block or span).replace("\\\n", " ").splitlines()


@pytest.mark.parametrize(("page", "command"), commands("salesforce-daktela"))
def test_a_command_of_the_program_is_understood(page: str, command: str) -> None:
    """Nothing is carried out: an unknown verb or option, and an argument too many or too few, raise before that."""
    words, found = shlex.split(command)[1:], typer.main.get_command(app)
    while isinstance(found, TyperGroup) and words:
        found = found.commands[words.pop(0)]
    if words or not NAMES_ALONE.fullmatch(command):
        assert found.make_context(command, words), page


@pytest.mark.parametrize(("page", "command"), commands("airflow"))
def test_a_command_of_airflow_is_understood(page: str, command: str) -> None:
    """By the parser of the release that is installed."""
    words = shlex.split(command)[1:]
    if NAMES_ALONE.fullmatch(command):
        with pytest.raises(SystemExit, match=r"^0$"):
            get_parser().parse_args([*words, "--help"])
    else:
        assert get_parser().parse_args(words), page
