"""A unified diff as rows of a table. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from salesforce_daktela.mapping.editing.diffs import unified_diff

HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")
SIGNS: dict[str, Literal["added", "removed", "same"]] = {"+": "added", "-": "removed", " ": "same"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffLine:
    """``before`` and ``after`` are line numbers, empty where the line is not on that side; a gap has none of them."""

    kind: Literal["added", "removed", "same", "gap"]
    before: str
    after: str
    text: str

    @property
    def sign(self) -> str:
        """The letter in front of it, for who does not see colours."""
        return {"added": "+", "removed": "-"}.get(self.kind, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffView:
    """The lines, and how many were added and removed."""

    lines: tuple[DiffLine, ...]
    added: int
    removed: int


def show_diff(before: str | None, after: str | None, file: str) -> DiffView:
    """Return the rows for two texts of a file, None for no file."""
    lines: list[DiffLine] = []
    old = new = 0
    for line in unified_diff(before, after, file).split("\n")[2:]:
        if found := HUNK.match(line):
            old, new = int(found[1]), int(found[2])
            if lines:
                lines.append(DiffLine(kind="gap", before="", after="", text="⋯"))
        elif kind := SIGNS.get(line[:1]):
            numbers = ("" if kind == "added" else str(old), "" if kind == "removed" else str(new))
            lines.append(DiffLine(kind=kind, before=numbers[0], after=numbers[1], text=_visible(line[1:])))
            old, new = old + (kind != "added"), new + (kind != "removed")
    return DiffView(
        lines=tuple(lines),
        added=sum(line.kind == "added" for line in lines),
        removed=sum(line.kind == "removed" for line in lines),
    )


def _visible(text: str) -> str:
    """Marks that turn the direction of writing, and control characters, as what they are; a line's end is no mark."""
    plain = text.removesuffix("\r")
    return "".join(letter if letter.isprintable() or letter == "\t" else ascii(letter)[1:-1] for letter in plain)
