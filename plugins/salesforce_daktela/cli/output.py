"""Answers on stdout: tables for people, one JSON document for machines."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

PIPED = 10_000
"""Width of a table in a pipe or a file, in characters: wide enough to fold no Id, so that ``grep`` finds it."""


def spell_out_letters() -> None:
    """Let stdout write letters that its encoding does not have by their codes. Otherwise a name would end the verb."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def print_json(answer: Any) -> None:
    """Print one document. Characters beyond ASCII are escaped, so that any terminal and any pipe can take it."""
    sys.stdout.write(json.dumps(answer, indent=2, default=_encoded) + "\n")


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table as wide as its cells. A narrower terminal gets the cells folded, never cut."""
    table = Table(show_lines=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(clean(cell)) for cell in row))
    console = _console()
    console.print(Text(clean(title), style="bold"), soft_wrap=True)
    console.print(table)


def print_line(text: str) -> None:
    """Print a sentence."""
    _console().print(Text(clean(text)), soft_wrap=True)


def clean(value: object) -> str:
    """A value as text that is safe to show: characters that would control the terminal are escaped."""
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S %Z")
    return "".join(letter if letter.isprintable() or letter == "\n" else ascii(letter)[1:-1] for letter in str(value))


def _console() -> Console:
    return Console(file=sys.stdout, width=None if sys.stdout.isatty() else PIPED, highlight=False, emoji=False)


def _encoded(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return str(value)
