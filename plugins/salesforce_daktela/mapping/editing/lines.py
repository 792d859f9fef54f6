"""Lines of a text, found by positions in it, whatever ends them."""

from __future__ import annotations

import re

BREAKS = "\n\r\x85"
BREAK = re.compile(r"\r\n|[\n\r\x85]")
REST = re.compile(r"[ \t]*(?:(?<=[ \t])#[^\n\r\x85]*)?(?=[\n\r\x85]|\Z)")


def line_start(text: str, position: int) -> int:
    """Where the line begins in which ``position`` stands."""
    return max(text.rfind(each, 0, position) for each in BREAKS) + 1


def line_end(text: str, position: int) -> int:
    """Where the line ends, before its break."""
    found = BREAK.search(text, position)
    return len(text) if found is None else found.start()


def next_line(text: str, position: int) -> int:
    """Where the line after this one begins; the text's end when there is none."""
    found = BREAK.search(text, position)
    return len(text) if found is None else found.end()


def whole_lines(text: str, start: int, end: int) -> tuple[int, int]:
    """The lines from that of ``start`` to that of ``end`` with their breaks.

    Where the last one has none, with the break before the first, so that the text ends without a break as before.
    """
    first, last, after = line_start(text, start), line_end(text, end), next_line(text, end)
    if after > last or not first:
        return first, after
    return first - (2 if text[:first].endswith("\r\n") else 1), after


def column(text: str, position: int) -> int:
    """Characters before ``position`` on its line."""
    return position - line_start(text, position)


def begins_line(text: str, position: int) -> bool:
    """Whether nothing but blanks stands before ``position`` on its line."""
    return not text[line_start(text, position) : position].strip(" ")


def ends_line(text: str, position: int) -> bool:
    """Whether nothing but blanks and a comment stands after ``position`` on its line."""
    return REST.match(text, position) is not None


def newline(text: str, position: int) -> str:
    """How lines end around ``position``: as this one does, else as the first of the text does."""
    found = BREAK.search(text, position) or BREAK.search(text)
    return "\n" if found is None else found.group()
