"""Problems of mapping files: each has a position, what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.mapping.model import Position
from salesforce_daktela.spelling import near_names


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingProblem:
    """``path`` is the key inside the file, dots between levels."""

    position: Position
    path: str
    what: str
    advice: str = ""

    def __str__(self) -> str:
        pieces = (str(self.position), self.path, self.what, self.advice)
        return ": ".join(one_line(piece) for piece in pieces if piece)


MOST_LISTED = 200
LONGEST = 400
"""Problems in an error's text; characters of each piece of a problem."""


class MappingError(ConfigurationError):
    """One or more problems; its text lists them, a line each, up to ``MOST_LISTED``."""

    def __init__(self, problems: Sequence[MappingProblem]) -> None:
        self.problems = in_order(problems)
        lines = [str(problem) for problem in self.problems[:MOST_LISTED]]
        if len(self.problems) > MOST_LISTED:
            rest = self.problems[MOST_LISTED:]
            lines.append(f"{one_line(str(rest[0].position))}: {len(rest)} more problems: correct the ones above first")
        super().__init__("\n".join(lines))


def in_order(problems: Iterable[MappingProblem]) -> tuple[MappingProblem, ...]:
    """Return the problems by file, line and column."""

    def place(problem: MappingProblem) -> tuple[str, int, int]:
        return problem.position.file, problem.position.line, problem.position.column

    return tuple(sorted(problems, key=place))


def one_line(text: str) -> str:
    """``text`` on one line of bounded length: what a file holds must not move a terminal's cursor or forge a line."""
    shown = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text[: LONGEST + 1])
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"


def nearest(name: str, known: Iterable[str]) -> str:
    """Return advice for an unknown name: the closest known name, if one is close, and all known names."""
    names = list(known)
    choices = f"choose from {', '.join(sorted(names))}" if names else "there is none to choose from"
    close = near_names(name, names)
    return f"did you mean {close[0]}? {choices}" if close else choices
