"""What is known of the connections, as it was read. Secrets are known by their names alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from salesforce_daktela.ui.connection_fields import System


class Source(StrEnum):
    """Where Airflow finds a connection. What comes first in its search hides what comes later."""

    DATABASE = "database"
    ENVIRONMENT = "environment"
    BACKEND = "backend"
    NOWHERE = "nowhere"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionFacts:
    """One connection. ``values`` are its fields that are no secrets, ``stored`` the names of secrets that it has.

    ``conn_type`` is empty where there is no such connection. ``editable`` is whether it is in Airflow's database and
    the person may change it. ``trouble`` says why it cannot be read.
    """

    conn_id: str
    source: Source
    conn_type: str = ""
    editable: bool = False
    values: Mapping[str, str] = field(default_factory=dict)
    stored: frozenset[str] = frozenset()
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndFacts:
    """One end: its connections to choose from, by Id, and the one that is shown, None to make a new one."""

    system: System
    known: Mapping[str, Source]
    chosen: ConnectionFacts | None

    @classmethod
    def unseen(cls, system: System, conn_id: str) -> EndFacts:
        """An end whose connection a person may not see: its Id is in the sync's files."""
        return cls(system=system, known={}, chosen=ConnectionFacts(conn_id=conn_id, source=Source.UNSEEN))
