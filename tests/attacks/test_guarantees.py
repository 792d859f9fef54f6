"""The page about guarantees says what was measured."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.soak import ATTACKS, WRONGS, read_results

PAGE = Path(__file__).resolve().parents[2] / "docs" / "guarantees.md"


def test_the_figures_are_those_of_the_last_measurement() -> None:
    """One line for each attack, with how much of it was done and what went wrong."""
    table = PAGE.read_text().partition("<!-- figures -->")[2].partition("<!-- end of figures -->")[0]
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.strip().splitlines()[2:]]
    results = read_results()["by_attack"]
    measured = [[results[attack.name][figure] for figure in (attack.name, *WRONGS)] for attack in ATTACKS]
    assert [[int(cell.replace(",", "")) for cell in line[1:]] for line in lines] == measured


def test_as_much_was_done_as_is_promised() -> None:
    """Figures of a shorter measurement do not replace those of a whole one."""
    results = read_results()
    assert [attack.name for attack in ATTACKS if results[attack.name] < attack.promised] == []
