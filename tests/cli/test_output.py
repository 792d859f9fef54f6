"""What a record holds cannot steer the terminal it is shown on."""

import io
import sys

import pytest

from salesforce_daktela.cli import app
from salesforce_daktela.cli.output import clean, print_table


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("a\u202eb", "a\\u202eb"),
        ("two\nlines", "two\nlines"),
        ("Škoda 100 %", "Škoda 100 %"),
        (None, "-"),
        (0, "0"),
    ],
    ids=["escape", "right-to-left", "lines", "letters", "nothing", "zero"],
)
def test_what_would_steer_a_terminal_is_spelled_out(value: object, shown: str) -> None:
    """Letters stay, controls are written as their code."""
    assert clean(value) == shown


def test_brackets_are_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    """A value is shown as it is, and never cut."""
    print_table("values", ("one",), [("[red]" + "x" * 300,)])
    shown = capsys.readouterr().out
    assert ("[red]" in shown, shown.count("x")) == (True, 300)


def test_a_piped_table_keeps_every_cell_in_one_piece(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever greps for an Id finds it, and the table is no wider than its cells."""
    row = ("contacts", "0037R000000001qQAA", "email_invalid", "customFields.email", "2026-11-28 13:21:17 UTC") * 3
    print_table("rejects", [f"column {n}" for n in range(len(row))], [row])
    lines = capsys.readouterr().out.splitlines()
    assert any(all(cell in line for cell in row) for line in lines)
    assert max(map(len, lines)) < 400


def test_a_letter_that_the_terminal_does_not_have_ends_no_verb(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is written by its code, in a table of plain lines."""
    latin = io.TextIOWrapper(io.BytesIO(), encoding="iso-8859-2")
    monkeypatch.setattr(sys, "stdout", latin)
    monkeypatch.setattr(app, "app", lambda **_: print_table("values", ("one",), [("Dvořák 王",)]))
    app.run(lambda: pytest.fail("no environment is needed"))
    latin.flush()
    assert "| Dvořák \\u738b |" in latin.buffer.getvalue().decode("iso-8859-2")
