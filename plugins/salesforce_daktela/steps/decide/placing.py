"""Find the object in Daktela that a row belongs to: its own, one to adopt, or one to create."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.read.lookup import NamesFound, find_by_match, look_up_names
from salesforce_daktela.daktela.write.read_back import differences
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.accepted import PRESENT
from salesforce_daktela.ledger.records.entries import RecordEntry
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.steps.decide.adoption_conflicts import AdoptionConflicts, exact, values_at
from salesforce_daktela.steps.decide.orders import Candidate, Order, Placed
from salesforce_daktela.steps.run.unexpected_errors import attempt
from salesforce_daktela.sync.outcome import Outcome, Problem, RecordOutcome


@dataclass(slots=True, kw_only=True)
class Placer:
    """Looks up names in bulk, then values of the match fields, in one CRM database.

    With ``verifies`` what is there already is compared and left alone where it is right. ``conflicts`` finds records of
    the whole reading that match the same object; without it only those that are placed together are compared.
    """

    spec: SyncSpec
    mapping: MappingSpec
    database: str
    extraction: str
    daktela: DaktelaClient
    ledger: Ledger
    verifies: bool = False
    conflicts: AdoptionConflicts | None = None

    def place(self, candidates: Sequence[Candidate]) -> Placed:
        """Find every candidate in Daktela, or order its creation.

        Raises TransportError when a lookup fails: a failed lookup is not an absence.
        """
        placed = Placed()
        names = self._find(candidates)
        found = names.rows
        held = self._held(self.mapping.name, sorted(found))
        taken = {name: entry.id for name, entry in {**self._held_elsewhere(sorted(found)), **held}.items()}
        absent = []
        for candidate in (_inheriting(each, names, held) for each in candidates):
            if candidate.name in names.ambiguous:
                placed.refused.append(_refusal(candidate, Problem(code="name_ambiguous", field="name")))
            elif candidate.name not in found:
                absent.append(candidate)
            elif taken.get(candidate.name, candidate.row.id) != candidate.row.id:
                placed.refused.append(_refusal(candidate, Problem(code="key_taken", field="name")))
            else:
                failed = attempt(candidate.row.id, self._take_present, candidate, found[candidate.name], placed)
                placed.refused += [] if failed is None else [_refusal(candidate, failed)]
        self._adopt_or_create([candidate for candidate in absent if not _lost(candidate)], placed)
        lost = [replace(candidate, name=str(candidate.row.name)) for candidate in absent if _lost(candidate)]
        if lost:
            placed.add(self.place(lost))
        return placed

    def _find(self, candidates: Sequence[Candidate]) -> NamesFound:
        """Look up all fields of records that an earlier try may have written, and only the names of the others."""
        written = [candidate for candidate in candidates if self._compares(candidate)]
        fields = sorted({key for candidate in written for key in candidate.body} | {"name", *self._database_field})
        whole = self._named([candidate.name for candidate in written], fields)
        rest = [candidate.name for candidate in candidates if not self._compares(candidate)]
        rest += [name for candidate in candidates for name in candidate.former]
        bare = self._named(rest, ["name", *self._database_field])
        return NamesFound(rows=whole.rows | bare.rows, ambiguous=whole.ambiguous | bare.ambiguous)

    def _named(self, names: list[str], fields: list[str]) -> NamesFound:
        if not names:
            return NamesFound(rows={}, ambiguous=frozenset())
        return look_up_names(self.daktela, self.mapping.entity, names, fields=fields)

    def _take_present(self, candidate: Candidate, present: dict[str, Any], placed: Placed) -> None:
        held_by = _reference_name(present.get("database"))
        if self._database_field and held_by not in (None, self.database):
            placed.refused.append(_refusal(candidate, Problem(code="other_database", field="database")))
            return
        written, right = self._maybe_written(candidate), self._is_right(candidate, present)
        adopted = _adopting(candidate)
        first = Outcome.ADOPTED if adopted else Outcome.CREATED
        order = Order(
            row=candidate.row,
            name=candidate.name,
            body=candidate.body,
            digest=candidate.digest,
            create=False,
            outcome=first if written else Outcome.UNCHANGED if right else Outcome.UPDATED,
            known=candidate.known,
            adopted=adopted,
        )
        (placed.accepted if right else placed.orders).append(order)

    def _adopt_or_create(self, candidates: Sequence[Candidate], placed: Placed) -> None:
        values = {each.row.id: attempt(each.row.id, self._match_values, each) for each in candidates}
        read = {id_: found for id_, found in values.items() if not isinstance(found, Problem)}
        hits = self._match_hits(read)
        claimants = self._claimants(hits)
        for candidate in candidates:
            failed = values[candidate.row.id]
            if isinstance(failed, Problem):
                placed.refused.append(_refusal(candidate, failed))
                continue
            names = sorted(hits.get(candidate.row.id, {}))
            if len(names) > 1 or any(claimants[name] - {candidate.row.id} for name in names):
                told = f"{len(names)} matches" if len(names) > 1 else "another record matches it too"
                problem = Problem(code="match_ambiguous", field=self.mapping.match[0], message=told)
                placed.refused.append(_refusal(candidate, problem))
                continue
            placed.orders.append(
                Order(
                    row=candidate.row,
                    name=names[0] if names else candidate.name,
                    body=candidate.body,
                    digest=candidate.digest,
                    create=not names,
                    once={} if names else candidate.once,
                    outcome=Outcome.ADOPTED if names else Outcome.CREATED,
                    known=candidate.known,
                    adopted=bool(names),
                )
            )

    def _claimants(self, hits: Mapping[str, Mapping[str, set[tuple[str, str]]]]) -> dict[str, set[str]]:
        """Ids of all records that would adopt each object, among these and in the whole reading."""
        claims: dict[str, set[tuple[str, str]]] = {}
        claimants: dict[str, set[str]] = {}
        for id_, found in hits.items():
            for name, pairs in found.items():
                claims.setdefault(name, set()).update(pairs)
                claimants.setdefault(name, set()).add(id_)
        if claims and self.conflicts is not None:
            for name, ids in self.conflicts.of(claims).items():
                claimants[name] |= ids
        return claimants

    def _match_values(self, candidate: Candidate) -> dict[str, list[str]]:
        return {path: values_at(candidate.body, path) for path in self.mapping.match}

    def _match_hits(self, held: Mapping[str, Mapping[str, list[str]]]) -> dict[str, dict[str, set[tuple[str, str]]]]:
        """For each Id the foreign objects found by the first match field with a hit, and the pairs that found them."""
        hits: dict[str, dict[str, set[tuple[str, str]]]] = {}
        for path in self.mapping.match:
            values = {id_: found[path] for id_, found in held.items() if id_ not in hits}
            wanted = sorted({value for listed in values.values() for value in listed})
            if not wanted:
                continue
            rows = find_by_match(self.daktela, self.mapping.entity, path, wanted, database=self.database)
            foreign = self._foreign({row["name"] for found in rows.values() for row in found})
            for id_, listed in values.items():
                pairs = [(row["name"], (path, exact(value))) for value in listed for row in rows.get(value, [])]
                named: dict[str, set[tuple[str, str]]] = {}
                for name, pair in pairs:
                    if name in foreign:
                        named.setdefault(name, set()).add(pair)
                if named:
                    hits[id_] = named
        return hits

    def _foreign(self, names: Iterable[str]) -> set[str]:
        """The names that no mapping of this sync has written, nor will write in this run."""
        wanted = sorted(names)
        ours = {name for mapping in self._siblings for name in self._held(mapping, wanted)}
        found = set(wanted) - ours
        return found if self.conflicts is None else found - self.conflicts.own_names(found)

    def _held_elsewhere(self, names: Sequence[str]) -> dict[str, RecordEntry]:
        """Entries, by name, of records of other mappings that have these objects."""
        others = [name for name in self._siblings if name != self.mapping.name]
        held = (self._held(mapping, names) for mapping in others)
        return {name: entry for found in held for name, entry in found.items() if entry.state in PRESENT}

    def _held(self, mapping: str, names: Sequence[str]) -> Mapping[str, RecordEntry]:
        return self.ledger.records.by_name(self.spec.name, mapping, names)

    @property
    def _siblings(self) -> list[str]:
        """The mappings that write to the same objects."""
        return [mapping.name for mapping in self.spec.mappings if mapping.entity is self.mapping.entity]

    def _compares(self, candidate: Candidate) -> bool:
        return self.verifies or self._maybe_written(candidate)

    def _is_right(self, candidate: Candidate, present: dict[str, Any]) -> bool:
        return self._compares(candidate) and not differences(candidate.body, present)

    def _maybe_written(self, candidate: Candidate) -> bool:
        return candidate.known is not None and candidate.known.state.value == "intended"

    @property
    def _database_field(self) -> tuple[str, ...]:
        return ("database",) if self.mapping.entity.in_database else ()


def _inheriting(candidate: Candidate, names: NamesFound, held: Mapping[str, RecordEntry]) -> Candidate:
    """The candidate under the name of a record that was converted into it, where only that one's object is there."""
    there = names.rows.keys() | names.ambiguous
    if candidate.name in there:
        return candidate
    former = [name for name in candidate.former if name in there and name not in held]
    return replace(candidate, name=former[0]) if former else candidate


def _adopting(candidate: Candidate) -> bool:
    """Whether the name is that of an adopted object."""
    known = candidate.known
    return known is not None and known.adopted and known.name == candidate.name


def _lost(candidate: Candidate) -> bool:
    """Whether an adopted object is gone. What replaces it is ours and gets our own name."""
    return _adopting(candidate) and candidate.name != candidate.row.name


def _refusal(candidate: Candidate, problem: Problem) -> RecordOutcome:
    return RecordOutcome(id=candidate.row.id, outcome=Outcome.REJECTED, problems=(problem,))


def _reference_name(value: object) -> str | None:
    """Daktela returns a reference as an object with a name, as the name alone, or as nothing."""
    if isinstance(value, dict):
        value = value.get("name")
    return value if isinstance(value, str) else None
