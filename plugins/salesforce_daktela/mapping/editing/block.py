"""Entries of collections whose entries stand below each other: put in, taken out, moved."""

from __future__ import annotations

from collections.abc import Sequence

from salesforce_daktela.mapping.editing.edits import Value
from salesforce_daktela.mapping.editing.emitting import emit, emit_key
from salesforce_daktela.mapping.editing.lines import (
    begins_line,
    column,
    line_end,
    line_start,
    newline,
    next_line,
    whole_lines,
)
from salesforce_daktela.mapping.editing.splices import Splice
from salesforce_daktela.mapping.editing.tree import Entry, Node

WIDEST = 120
"""Characters of a line up to which a new rule stays on one."""


def write_key(key: str, value: Value, indent: int, step: int) -> list[str]:
    """Return the lines of a new key, the first without its indentation; ``step`` is that of a level."""
    name = emit_key(key)
    line = f"{name}: {emit(value)}"
    if indent + len(line) <= WIDEST or not isinstance(value, dict) or not value:
        return [line]
    pad = " " * (indent + step)
    return [f"{name}:", *(f"{pad}{emit_key(inner)}: {emit(below)}" for inner, below in value.items())]


def insert(text: str, node: Node, number: int, lines: Sequence[str]) -> list[Splice]:
    """Put in the entry that ``lines`` are, which gets the number ``number``; its first line gets the indentation."""
    first = node.entries[0].start
    pad = " " * column(text, first)
    if number == 0:
        end = newline(text, first)
        return [Splice(first, first, end.join(lines) + end + pad)]
    at = line_end(text, node.entries[number - 1].end)
    end = newline(text, at)
    return [Splice(at, at, end + pad + end.join(lines))]


def remove(text: str, node: Node, number: int) -> list[Splice]:
    """Take out one entry of several: its lines, and the comment on the last one; comments above it stay."""
    entry = node.entries[number]
    if begins_line(text, entry.start):
        return [_lines(text, entry, _last_text_block(text, node.entries[number - 1]) if number else "")]
    after = node.entries[number + 1]
    if text[entry.end : after.start].strip():
        return [Splice(entry.start, line_end(text, entry.end), "")]
    return [Splice(entry.start, after.start, "")]


def empty(text: str, node: Node, holder: Entry) -> list[Splice]:
    """Take out the only entry of a collection, which stands in ``holder``, and write empty brackets instead."""
    brackets = "{}" if node.kind == "map" else "[]"
    (entry,) = node.entries
    if holder.mark is None or not begins_line(text, entry.start):
        return [Splice(node.start, node.end, brackets)]
    lines = whole_lines(text, entry.start, entry.end)
    return [Splice(holder.mark, holder.mark, f" {brackets}"), Splice(*lines, "")]


def move(text: str, node: Node, order: Sequence[int]) -> list[Splice]:
    """Write the items in another order, each with the comment on its last line; comments above them stay."""
    places = [(entry.start, line_end(text, entry.end)) for entry in node.entries]
    written = [text[start:end] for start, end in places]
    moves = zip(places, order, written, strict=True)
    return [Splice(*place, written[n]) for place, n, old in moves if written[n] != old]


def _lines(text: str, entry: Entry, block: str) -> Splice:
    """The lines of an entry, so that a text block which ends before them neither gets nor loses a line by it."""
    start, end = whole_lines(text, entry.start, entry.end)
    if "+" in block:
        while end < len(text) and not text[end : line_end(text, end)].strip(" "):
            end = next_line(text, end)
    return Splice(line_start(text, entry.start) if block and "-" not in block else start, end, "")


def _last_text_block(text: str, entry: Entry) -> str:
    """The header of the text block (``|``, ``>+``) in which an entry ends; empty when it ends in something else."""
    node = entry.value
    while node.entries:
        node = node.entries[-1].value
    return text[node.start : node.start + 3].splitlines()[0] if node.lines else ""
