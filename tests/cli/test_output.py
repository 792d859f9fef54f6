"""What a record holds cannot steer the terminal it is shown on."""

import pytest

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
