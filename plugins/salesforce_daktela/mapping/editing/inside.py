"""Changes inside one entry: another value, another key."""

from __future__ import annotations

import re

from salesforce_daktela.mapping.editing.lines import line_end, whole_lines
from salesforce_daktela.mapping.editing.splices import Splice
from salesforce_daktela.mapping.editing.tree import Entry, Node

HEADER = re.compile(r"[|>][-+0-9]*")


def replace_value(text: str, parent: Node, entry: Entry, new: str) -> list[Splice]:
    """Write ``new``, a value on one line, where the entry's value stands.

    Comments on the key's line and above the value stay, those inside a value of several lines go with it.
    Raises ValueError for a key that waits for its colon on a line of its own.
    """
    value = entry.value
    if value.start == value.end:
        return [_missing_value(parent, entry, new)]
    if not value.lines or entry.mark is None:
        return [Splice(value.start, value.end, new)]
    if value.start > line_end(text, entry.mark):
        return [Splice(entry.mark, entry.mark, f" {new}"), Splice(*whole_lines(text, value.start, value.end), "")]
    header = HEADER.match(text, value.start) if value.kind == "value" else None
    if header is None:
        return [Splice(value.start, value.end, new)]
    return [Splice(*header.span(), new), Splice(line_end(text, header.end()), value.end, "")]


def _missing_value(parent: Node, entry: Entry, new: str) -> Splice:
    if entry.mark is not None:
        return Splice(entry.mark, entry.mark, f" {new}")
    if parent.lines:
        raise ValueError("a key without its colon")
    return Splice(entry.end, entry.end, f": {new}")


def replace_key(entry: Entry, new: str) -> list[Splice]:
    """Write ``new`` where the entry's key stands."""
    if entry.key is None:
        return []
    return [Splice(entry.key.start, entry.key.end, new)]
