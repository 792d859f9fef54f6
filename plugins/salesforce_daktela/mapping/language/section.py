"""One level of a YAML file while it is read, with the positions of its keys and the problems found so far."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from ruamel.yaml.comments import CommentedMap

from salesforce_daktela.mapping.language.spelled_scalars import Spelled
from salesforce_daktela.mapping.model import Position, Scalar
from salesforce_daktela.mapping.problems import MappingProblem


@dataclass(slots=True)
class Section:
    """``path`` is where this level stands in its file; problems of all levels go to one list.

    With ``columns`` positions tell the column, too.
    """

    data: CommentedMap
    file: str
    problems: list[MappingProblem]
    path: str = ""
    columns: bool = False

    def position(self, key: str | None = None) -> Position:
        """Where a key stands, or the level itself when it has no such key."""
        if key is not None and key in self.data:
            return self._at(*self.data.lc.key(key))
        return self._at(self.data.lc.line, self.data.lc.col)

    def _at(self, line: int, column: int) -> Position:
        return Position(self.file, line + 1, column + 1 if self.columns else 0)

    def refuse(self, key: str | None, what: str, advice: str = "") -> None:
        """Collect one problem."""
        path = ".".join(piece for piece in (self.path, key) if piece)
        self.problems.append(MappingProblem(position=self.position(key), path=path, what=what, advice=advice))

    def refuse_at(self, key: object, what: str, advice: str = "") -> None:
        """Collect one problem of a key that may be no text."""
        position = self._at(*self.data.lc.key(key))
        path = ".".join(piece for piece in (self.path, as_written(key)) if piece)
        self.problems.append(MappingProblem(position=position, path=path, what=what, advice=advice))

    def below(self, key: str, data: CommentedMap) -> Section:
        """The level that stands below a key."""
        path = ".".join(piece for piece in (self.path, key) if piece)
        return replace(self, data=data, path=path)

    def keys(self) -> Iterator[str]:
        """The keys of this level, as texts; others are problems."""
        for key in self.data:
            if isinstance(key, str):
                yield key
            else:
                self.refuse_at(key, f"the key {as_written(key)} is not a text", "put it in quotes")


def as_written(key: object) -> str:
    """A key as messages show it."""
    if isinstance(key, Spelled):
        return key.written
    return {None: "null", True: "true", False: "false"}.get(key, str(key)) if isinstance(key, bool | None) else str(key)


def kind_of(value: object) -> str:
    """What a YAML value is, in a word."""
    if isinstance(value, Mapping):
        return "keys"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    return "nothing" if value is None else "a text" if isinstance(value, str) else "a date"


def scalar(value: object) -> Scalar:
    """A YAML scalar as plain Python; dates become the text they were.

    Raises ValueError for lists and keys, and for a value whose text would change when it is sent.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Spelled):
        raise ValueError(f"{value.written} would be sent in another form: put it in quotes to send it as it is written")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("not a finite number")
    for plain in (int, float, str):
        if isinstance(value, plain):
            return plain(value)
    raise ValueError(f"expected a single value, found {kind_of(value)}")
