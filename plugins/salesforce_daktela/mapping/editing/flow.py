"""Entries of collections in brackets: put in, taken out, moved."""

from __future__ import annotations

from collections.abc import Sequence

from salesforce_daktela.mapping.editing.lines import (
    begins_line,
    column,
    ends_line,
    line_end,
    line_start,
    newline,
    next_line,
)
from salesforce_daktela.mapping.editing.splices import Splice
from salesforce_daktela.mapping.editing.tree import Entry, Node


def insert(text: str, node: Node, number: int, new: str) -> list[Splice]:
    """Put in the entry ``new``, which gets the number ``number``."""
    if not node.entries:
        return [Splice(node.start + 1, node.start + 1, new)]
    if number == 0:
        return [Splice(node.entries[0].start, node.entries[0].start, f"{new}, ")]
    before = node.entries[number - 1]
    if node.kind == "map" and text[node.start] != "{":
        return [Splice(node.start, node.start, "{"), Splice(node.end, node.end, f", {new}}}")]
    if _has_own_lines(text, before):
        return _insert_line(text, before, new)
    at = before.end
    if before.value.start == before.value.end:
        at += len(text[at:]) - len(text[at:].lstrip(" "))
    return [Splice(at, at, f", {new}")]


def remove(text: str, node: Node, number: int) -> list[Splice]:
    """Take one entry out, with its comma, its lines where it has them for itself, and its comment on the last one."""
    entry = node.entries[number]
    before = node.entries[number - 1].comma if number else None
    if node.kind == "map" and text[node.start] != "{":
        return [Splice(node.start, node.end, "{}")]
    if _has_own_lines(text, entry):
        end = next_line(text, _end(entry))
        lines = Splice(line_start(text, entry.start), end, "")
        return [lines] if entry.comma is not None or before is None else [lines, Splice(before, before + 1, "")]
    if entry.comma is not None:
        return [_piece(text, entry.start, entry.comma + 1)]
    if before is not None and text[before + 1 : entry.start].strip():
        return [Splice(before, before + 1, ""), Splice(entry.start, entry.end, "")]
    return [Splice(entry.start if before is None else before, entry.end, "")]


def move(text: str, node: Node, order: Sequence[int]) -> list[Splice]:
    """Write the items in another order; what stands between them stays."""
    written = [text[entry.start : entry.end] for entry in node.entries]
    places = zip(node.entries, order, written, strict=True)
    return [Splice(entry.start, entry.end, written[n]) for entry, n, old in places if written[n] != old]


def _has_own_lines(text: str, entry: Entry) -> bool:
    return begins_line(text, entry.start) and ends_line(text, _end(entry))


def _end(entry: Entry) -> int:
    return entry.end if entry.comma is None else entry.comma + 1


def _insert_line(text: str, before: Entry, new: str) -> list[Splice]:
    at = line_end(text, _end(before))
    line = newline(text, at) + " " * column(text, before.start) + new
    if before.comma is not None:
        return [Splice(at, at, f"{line},")]
    if at == before.end:
        return [Splice(at, at, f",{line}")]
    return [Splice(before.end, before.end, ","), Splice(at, at, line)]


def _piece(text: str, start: int, end: int) -> Splice:
    """A piece of a line with the blanks on the side where they are no longer needed."""
    blanks = len(text[end:]) - len(text[end:].lstrip(" "))
    if not ends_line(text, end):
        return Splice(start, end + blanks, "")
    return Splice(start - (len(text[:start]) - len(text[:start].rstrip(" "))), end, "")
