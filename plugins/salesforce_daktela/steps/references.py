"""Resolve references before the write: Daktela refuses a whole record for one name that it does not know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from salesforce_daktela.ledger.ledger import Ledger, Waiting
from salesforce_daktela.steps.payload_rows import PayloadRow
from salesforce_daktela.sync.outcome import Problem

USERS = "users"
Names = Callable[[str, Sequence[str]], Mapping[str, str]]
"""Names of one mapping's records by their Ids."""


@dataclass(slots=True, kw_only=True)
class Resolution:
    """One record's references: fields to send, what it waits for, what refuses it, and which fields were dropped."""

    fields: dict[str, str] = field(default_factory=dict)
    waits: list[Waiting] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class ReferenceResolver:
    """Looks up parents in the ledger and users by their e-mail address; ``users`` is asked once, on first need.

    ``planned`` names parents that a run without writes would have created.
    """

    ledger: Ledger
    sync: str
    users: Callable[[], Mapping[str, str]]
    planned: Names | None = None
    _users: Mapping[str, str] | None = None

    def resolve(self, rows: Sequence[PayloadRow]) -> dict[str, Resolution]:
        """Return a resolution for each Id of ``rows``."""
        names = self._all_names(rows)
        return {row.id: self._resolve_row(row, names) for row in rows}

    def _resolve_row(self, row: PayloadRow, names: Mapping[str, Mapping[str, str]]) -> Resolution:
        found = Resolution()
        for reference in row.references:
            name = names[reference.to].get(_key(reference.to, reference.value))
            if name is not None:
                found.fields[reference.field] = name
            elif reference.on_missing == "park":
                found.waits.append(Waiting(id=row.id, parent_mapping=reference.to, parent_id=reference.value))
            elif reference.on_missing == "drop":
                found.dropped.append(reference.field)
            else:
                found.problems.append(Problem(code="reference_unknown", field=reference.field))
        return found

    def names(self, to: str, values: Sequence[str]) -> Mapping[str, str]:
        """Daktela names by the values that rows hold; unknown ones are absent."""
        if to != USERS:
            return self._parents(to, values)
        users = self._known_users()
        return {value: users[_key(to, value)] for value in values if _key(to, value) in users}

    def _all_names(self, rows: Iterable[PayloadRow]) -> dict[str, Mapping[str, str]]:
        wanted: dict[str, set[str]] = {}
        for row in rows:
            for reference in row.references:
                wanted.setdefault(reference.to, set()).add(reference.value)
        return {
            to: self._known_users() if to == USERS else self._parents(to, sorted(values))
            for to, values in wanted.items()
        }

    def _parents(self, to: str, ids: Sequence[str]) -> Mapping[str, str]:
        planned = {} if self.planned is None else self.planned(to, ids)
        return {**planned, **self.ledger.names(self.sync, to, ids)}

    def _known_users(self) -> Mapping[str, str]:
        if self._users is None:
            self._users = self.users()
        return self._users


def _key(to: str, value: str) -> str:
    return value.strip().casefold() if to == USERS else value
