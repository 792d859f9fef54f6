"""The systems that the ledger's rows of one sync belong to: an organization, an instance, a CRM database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """The two ends of one sync: the organization's 18-character Id, ``https://host[:port]``, a database's name."""

    organization: str
    instance: str
    database: str

    def __str__(self) -> str:
        return f"Salesforce organization {self.organization}, Daktela {self.instance}, CRM database {self.database}"

    def to_dict(self) -> dict[str, str]:
        """Plain JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, str]) -> Self:
        """The inverse of ``to_dict``."""
        return cls(**data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """The systems that a sync's rows belong to, and since when. ``mark`` changes with each ``rebind`` and ``reset``."""

    ends: Ends
    mark: str
    since: datetime
