"""The changes that can be asked of a mapping file, and the error of those that cannot be made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.mapping.problems import one_line

Path: TypeAlias = tuple[str | int, ...]
"""Where a value stands: a map's key by its text, a list's item by its number from 0."""


@dataclass(frozen=True, slots=True)
class Bare:
    """A number or a date that is written otherwise than it would be sent, such as ``007``: its text, without quotes."""

    text: str


Value: TypeAlias = "str | int | float | bool | Bare | list[Value] | dict[str, Value] | None"


@dataclass(frozen=True, slots=True)
class SetValue:
    """Another value for a key or an item that is there."""

    path: Path
    value: Value


@dataclass(frozen=True, slots=True)
class Remove:
    """A key with its value, or an item, taken out."""

    path: Path


@dataclass(frozen=True, slots=True)
class Insert:
    """A new key after the key ``after``, or after the last one; or a new item, which gets the number in ``path``."""

    path: Path
    value: Value
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """An item of a list that gets the number ``to``; the others close up."""

    path: Path
    to: int


@dataclass(frozen=True, slots=True)
class Rename:
    """Another name for a key, in its place and with its value."""

    path: Path
    name: str


Edit: TypeAlias = SetValue | Remove | Insert | Move | Rename


class EditError(ConfigurationError):
    """A change that cannot be made; ``path`` is the one that was asked for. Nothing was changed."""

    def __init__(self, path: Path, what: str, advice: str) -> None:
        self.path = path
        super().__init__(f"{one_line(what)}, nothing was changed", where=one_line(shown(path)), advice=advice)


def shown(path: Path) -> str:
    """A path as the messages of the loader write it, ``fields.title``; items by their number, ``match[0]``."""
    pieces = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return pieces.removeprefix(".")
