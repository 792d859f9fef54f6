"""The fields of one mapping's two sides as a run saw them, small enough to be kept and compared later. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Side(StrEnum):
    """Which of the two systems."""

    SALESFORCE = "salesforce"
    DAKTELA = "daktela"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenField:
    """One field. ``type`` is the system's own word, ``length`` characters, 0 where none is known.

    ``values`` are the active values of a picklist or select field, None where there is no list or it was not read.
    """

    type: str
    length: int = 0
    required: bool = False
    values: tuple[str, ...] | None = None

    def __str__(self) -> str:
        told = [self.type, *([f"{self.length} characters"] if self.length else []), *["required"] * self.required]
        return ", ".join(told)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values without defaults."""
        plain: dict[str, Any] = {"type": self.type}
        if self.length:
            plain["length"] = self.length
        if self.required:
            plain["required"] = True
        if self.values is not None:
            plain["values"] = list(self.values)
        return plain

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> SeenField:
        """The inverse of ``to_dict``. Raises KeyError, TypeError, ValueError for anything else."""
        values = data.get("values")
        return cls(
            type=str(data["type"]),
            length=int(data.get("length", 0)),
            required=bool(data.get("required", False)),
            values=None if values is None else tuple(str(value) for value in values),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenSchema:
    """One side. ``of`` says what the fields belong to; ``complete`` is False when some could not be listed."""

    of: str
    fields: Mapping[str, SeenField] = field(default_factory=dict)
    complete: bool = True

    @property
    def model(self) -> str:
        """The model or object in ``of``, without the database or type that follows it."""
        return self.of.partition(" of ")[0]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        plain = {"of": self.of, "fields": {path: found.to_dict() for path, found in self.fields.items()}}
        return plain if self.complete else {**plain, "complete": False}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> SeenSchema:
        """The inverse of ``to_dict``. Raises KeyError, TypeError, ValueError, AttributeError for anything else."""
        fields = {path: SeenField.from_dict(found) for path, found in data["fields"].items()}
        return cls(of=str(data["of"]), fields=fields, complete=bool(data.get("complete", True)))


Seen = Mapping[Side, SeenSchema]
"""Both sides of one mapping; a side that was never seen is absent."""
