"""Resolve references before the write: Daktela refuses a whole record for one name that it does not know."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import Waiting
from salesforce_daktela.salesforce.wire.ids import is_id, long_id
from salesforce_daktela.steps.decide.payload_rows import PayloadRow
from salesforce_daktela.steps.decide.reference_columns import NameLookup
from salesforce_daktela.steps.run.unexpected_errors import attempt
from salesforce_daktela.sync.outcome import Problem

USERS = "users"
LONG = 18

Wanted = Sequence[tuple[str, str | None]]
"""Pairs of a mapping and a value to look up in it; None where the value is not an Id."""


@dataclass(slots=True, kw_only=True)
class Resolution:
    """One record's references: fields to send, parents it waits for, problems, and dropped fields."""

    fields: dict[str, str] = field(default_factory=dict)
    waits: list[Waiting] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class ReferenceResolver:
    """Looks up parents in the ledger and users by their e-mail address; ``users`` is asked once, on first need.

    Several threads may use it at the same time.

    ``planned`` names parents that a run without writes would have created, adopted or found by name.
    """

    ledger: Ledger
    sync: str
    users: Callable[[], Mapping[str, str]]
    planned: NameLookup | None = None
    _users: Mapping[str, str] | None = None
    _asking: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def resolve(self, rows: Sequence[PayloadRow]) -> dict[str, Resolution]:
        """Return a resolution for each Id of ``rows``."""
        wanted = {row.id: attempt(row.id, _wanted, row) for row in rows}
        names = self._all_names(found for found in wanted.values() if not isinstance(found, Problem))
        return {row.id: self._resolve(row, wanted[row.id], names) for row in rows}

    def _resolve(self, row: PayloadRow, wanted: Wanted | Problem, names: Mapping[str, Mapping[str, str]]) -> Resolution:
        found = wanted if isinstance(wanted, Problem) else attempt(row.id, resolve_row, row, names)
        return Resolution(problems=[found]) if isinstance(found, Problem) else found

    def names(self, to: str, values: Sequence[str]) -> Mapping[str, str]:
        """Daktela names by the values that rows hold, looked up as ``Reference.to`` says; unknown ones are absent."""
        if to != USERS and _are_long_ids(values):
            return self._named(to, values)
        keys = {value: key for value in values if (key := parent_key(to, value)) is not None}
        known = self._named(to, keys.values())
        return {value: known[key] for value, key in keys.items() if key in known}

    def _all_names(self, wanted: Iterable[Wanted]) -> dict[str, Mapping[str, str]]:
        keys: dict[str, set[str]] = {}
        for to, key in (pair for pairs in wanted for pair in pairs):
            keys.setdefault(to, set()).update(() if key is None else (key,))
        return {to: self._named(to, found) for to, found in keys.items()}

    def _named(self, to: str, keys: Iterable[str]) -> Mapping[str, str]:
        if to == USERS:
            return self._known_users()
        ids, named = sorted(set(keys)), dict[str, str]()
        for mapping in reversed(_mappings(to)):
            named.update({} if self.planned is None else self.planned(mapping, ids))
            named.update(self.ledger.records.names(self.sync, mapping, ids))
        return named

    def _known_users(self) -> Mapping[str, str]:
        with self._asking:
            if self._users is None:
                self._users = self.users()
            return self._users


def resolve_row(row: PayloadRow, names: Mapping[str, Mapping[str, str]]) -> Resolution:
    """Resolve one record's references. ``names`` are Daktela's, by what ``Reference.to`` says and by ``parent_key``."""
    found = Resolution()
    for reference in row.references:
        key = parent_key(reference.to, reference.value)
        name = None if key is None else names[reference.to].get(key)
        if name is not None:
            found.fields[reference.field] = name
        elif reference.on_missing == "drop":
            found.dropped.append(reference.field)
        elif reference.on_missing == "reject":
            found.problems.append(Problem(code="reference_unknown", field=reference.field))
        elif key is None:
            found.problems.append(Problem(code="reference_invalid", field=reference.field))
        else:
            found.waits += [Waiting(id=row.id, parent_mapping=to, parent_id=key) for to in _mappings(reference.to)]
    return found


def waits_text(waits: Iterable[Waiting]) -> str:
    """The text of what a child waits for: any of several mappings may bring its parent."""
    parents: dict[str, list[str]] = {}
    for wait in waits:
        parents.setdefault(wait.parent_id, []).append(wait.parent_mapping)
    return ", ".join(f"{' or '.join(mappings)} {parent}" for parent, mappings in parents.items())


def _wanted(row: PayloadRow) -> Wanted:
    return [(reference.to, parent_key(reference.to, reference.value)) for reference in row.references]


def _mappings(to: str) -> list[str]:
    """The mappings in which a reference is looked up, in order of precedence."""
    return to.split(",")


def _are_long_ids(values: Sequence[str]) -> bool:
    """Whether all values are their own ``parent_key``: Ids of 18 characters."""
    text = "".join(values)
    return set(map(len, values)) == {LONG} and text.isascii() and text.isalnum()


def parent_key(to: str, value: str) -> str | None:
    """Return the key of a lookup: an address in lower case, or an Id of 18 characters; None for what is no Id."""
    text = value.strip()
    if to == USERS:
        return text.casefold()
    return long_id(text) if is_id(text) else None
