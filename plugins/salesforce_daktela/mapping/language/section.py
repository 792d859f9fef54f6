"""A level of a mapping file being read: takes keys out with their types, collects every problem on the way."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from salesforce_daktela.mapping.language.spelled_scalars import Spelled
from salesforce_daktela.mapping.model import Position, Scalar
from salesforce_daktela.mapping.problems import MappingProblem, nearest


@dataclass(slots=True)
class Section:
    """``path`` is where this level stands in its file; problems of all levels go to one list."""

    data: CommentedMap
    file: str
    problems: list[MappingProblem]
    path: str = ""
    _taken: set[str] = field(default_factory=set)

    def position(self, key: str | None = None) -> Position:
        """Where a key stands, or the level itself when it has no such key."""
        if key is not None and key in self.data:
            return Position(self.file, self.data.lc.key(key)[0] + 1)
        return Position(self.file, self.data.lc.line + 1)

    def refuse(self, key: str | None, what: str, advice: str = "") -> None:
        """Collect one problem."""
        path = ".".join(piece for piece in (self.path, key) if piece)
        self.problems.append(MappingProblem(position=self.position(key), path=path, what=what, advice=advice))

    def refuse_at(self, key: object, what: str, advice: str = "") -> None:
        """Collect one problem of a key that need not be a text."""
        position = Position(self.file, self.data.lc.key(key)[0] + 1)
        path = f"{self.path}.{as_written(key)}"
        self.problems.append(MappingProblem(position=position, path=path, what=what, advice=advice))

    def take(self, key: str) -> Any:
        """The raw value of a key, None when it is absent or null."""
        self._taken.add(key)
        return self.data.get(key)

    def text(self, key: str, *, required: bool = False) -> str | None:
        """A text; anything else is a problem."""
        value = self.take(key)
        if value is None:
            if required:
                self.refuse(key, "is missing", f"add a line `{key}:` at this level")
            return None
        if not isinstance(value, str):
            self.refuse(key, f"expected a text, found {kind(value)}", "put it in quotes if it is meant as text")
            return None
        return str(value)

    def choice(self, key: str, choices: Sequence[str], default: str) -> str:
        """One word of several."""
        value = self.text(key)
        if value is None:
            return default
        if value not in choices:
            self.refuse(key, f"unknown value {value}", nearest(value, choices))
            return default
        return value

    def number(self, key: str, default: float, *, least: float, most: float, whole: bool = False) -> float:
        """A number within bounds."""
        value = self.take(key)
        if value is None:
            return default
        fits = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
        if not fits or not least <= value <= most:
            self.refuse(key, f"expected a {'whole ' if whole else ''}number from {least:g} to {most:g}", "correct it")
            return default
        return int(value) if whole else float(value)

    def share(self, key: str, default: float) -> float:
        """A percentage as a share: ``1%`` is 0.01."""
        value = self.take(key)
        if value is None:
            return default
        text = str(value).strip()
        try:
            share = float(text.removesuffix("%")) / 100
        except ValueError:
            share = -1.0
        if not text.endswith("%") or not 0 <= share <= 1:
            self.refuse(key, "expected a percentage", "write it like 1% or 0.5%")
            return default
        return share

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self.take(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.refuse(key, f"expected true or false, found {kind(value)}", "write true or false")
            return default
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; a single text counts as a list of one."""
        value = self.take(key)
        if value is None:
            return ()
        listed = value if isinstance(value, CommentedSeq) else [value]
        if not all(isinstance(item, str) for item in listed):
            self.refuse(key, "expected a list of names", f"write it like {key}: [one, two]")
            return ()
        return tuple(str(item) for item in listed)

    def section(self, key: str) -> Section | None:
        """A level below."""
        value = self.take(key)
        if value is None:
            return None
        if not isinstance(value, CommentedMap):
            self.refuse(key, f"expected keys below it, found {kind(value)}", "see docs/mapping.md")
            return None
        path = ".".join(piece for piece in (self.path, key) if piece)
        return Section(value, self.file, self.problems, path)

    def keys(self) -> Iterator[str]:
        """The keys of this level, as texts; others are problems."""
        for key in self.data:
            if isinstance(key, str):
                yield key
            else:
                self.refuse(None, f"the key {as_written(key)} is no text", "put it in quotes")

    def finish(self, known: Sequence[str] = ()) -> None:
        """Refuse keys that nobody took."""
        allowed = sorted(self._taken | set(known))
        for key in self.keys():
            if key not in allowed:
                self.refuse(key, "unknown key", nearest(key, allowed))


def as_written(key: object) -> str:
    """A key as it stands in the file, as far as a message needs it."""
    if isinstance(key, Spelled):
        return key.written
    return {None: "null", True: "true", False: "false"}.get(key, str(key)) if isinstance(key, bool | None) else str(key)


def kind(value: object) -> str:
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

    Raises ValueError for lists and keys, and for what would be sent as another text than it is written.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Spelled):
        raise ValueError(
            f"{value.written} would be sent in another spelling, put it in quotes to keep it as it is written"
        )
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("not a finite number")
    for plain in (int, float, str):
        if isinstance(value, plain):
            return plain(value)
    raise ValueError(f"not a single value but {kind(value)}")
