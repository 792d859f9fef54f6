"""The fields of one sObject as describe gives them, keyed by the path a mapping uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class FieldKind(StrEnum):
    """The type of a value, whichever API delivered it. The Arrow type of a part's column follows from it."""

    TEXT = "text"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    MULTIPICKLIST = "multipicklist"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceField:
    """One readable field. ``path`` has Salesforce's own spelling; ``length`` is characters, 0 where none applies.

    ``html`` is whether its texts are HTML, None where describe does not say. ``type`` is Salesforce's own word, empty
    where it is not known; ``refers_to`` are the objects whose Ids it holds.
    """

    path: str
    kind: FieldKind
    label: str = ""
    length: int = 0
    calculated: bool = False
    filterable: bool = True
    html: bool | None = None
    type: str = ""
    refers_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSchema:
    """The mapped fields of one sObject plus the system fields it has. Keys are paths in Salesforce's spelling."""

    sobject: str
    fields: Mapping[str, SourceField]

    def field(self, path: str) -> SourceField:
        """The field of that path, letter case aside. Raises KeyError."""
        found = self.fields.get(path)
        if found is not None:
            return found
        return {key.lower(): value for key, value in self.fields.items()}[path.lower()]
