"""What differs between two texts of a file, as reviewers and ``git apply`` read it."""

from __future__ import annotations

import difflib

NO_BREAK = "\\ No newline at end of file\n"
NOTHING = "/dev/null"


def unified_diff(before: str | None, after: str | None, file: str) -> str:
    """Return the differences in unified form, empty when there are none; None is no file.

    ``file`` is the path in the repository. Only ``\\n`` ends a line, so that other signs of the file are kept.
    """
    old, new = (NOTHING if text is None else f"{side}/{file}" for side, text in (("a", before), ("b", after)))
    lines = difflib.unified_diff(_lines(before or ""), _lines(after or ""), old, new, lineterm="\n")
    return "".join(line if line.endswith("\n") else f"{line}\n{NO_BREAK}" for line in lines)


def _lines(text: str) -> list[str]:
    pieces = text.split("\n")
    return [f"{piece}\n" for piece in pieces[:-1]] + pieces[-1:] * bool(pieces[-1])
