"""Compare both sides of one mapping by names and digests, and list the records that have to be checked again."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pyarrow as pa

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.read.listing import list_objects
from salesforce_daktela.daktela.write.read_back import edits, paths_of
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import RecordEntry, RecordState
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.salesforce.wire.ids import long_id
from salesforce_daktela.staging.scratch import Scratch
from salesforce_daktela.staging.store import PartRef, PartStore
from salesforce_daktela.steps.decide.decider import Decider
from salesforce_daktela.steps.decide.decisions import Prepared
from salesforce_daktela.steps.decide.payload_rows import PayloadRow, read_rows
from salesforce_daktela.steps.decide.stored_digests import stored_digest
from salesforce_daktela.steps.preflight.inspection import constant_of
from salesforce_daktela.sync.findings import (
    CLAIMING,
    FindingCounts,
    FindingKind,
    kind_of_expected,
    kind_of_listed,
    kind_of_outcome,
)

TABLES = """
CREATE TABLE expected (id TEXT PRIMARY KEY, name TEXT, digest BLOB, read_back BLOB, shape INTEGER, state TEXT,
    waits TEXT, written INTEGER, seen INTEGER NOT NULL DEFAULT 0, equal INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE INDEX expected_by_name ON expected (name);
CREATE TABLE listed (name TEXT PRIMARY KEY, id TEXT, state TEXT, unmarked INTEGER) WITHOUT ROWID;
CREATE INDEX listed_by_id ON listed (id);
CREATE TABLE refused (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE parked (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE suspects (id TEXT PRIMARY KEY) WITHOUT ROWID
"""
ROWS = 1_000
"""Records of either side that are in memory at once."""

REMEMBERED = (*CLAIMING, RecordState.GONE.value)
T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Comparer:
    """Reads Salesforce's payloads, Daktela's listing and the ledger once in full, and writes to none of them.

    A record that is not as it should be is only a suspect, because both systems change while they are read.
    ``finding_counts`` counts the others.
    """

    spec: SyncSpec
    mapping: MappingSpec
    database: str
    left_out: Sequence[str]
    decider: Decider
    daktela: DaktelaClient
    ledger: Ledger
    store: PartStore
    scratch: Scratch
    finding_counts: FindingCounts = field(default_factory=FindingCounts)
    listed: int = 0
    _salt: bytes = field(init=False)
    _shapes: dict[tuple[str, ...], int] = field(default_factory=dict)
    _of_object: str = ""

    def __post_init__(self) -> None:
        self._salt = self.ledger.salt()

    def compare(self, parts: Sequence[PartRef]) -> None:
        """Read all three. Raises TransportError when one cannot be read to its end: half a side cannot be compared."""
        for part in parts:
            for batch in self.store.iter_batches(part, batch_rows=ROWS):
                self._expect(list(read_rows(pa.Table.from_batches([batch]))))
        for rows in _batched(self._listing(), ROWS):
            self.listed += len(rows)
            self._hold({str(row["name"]): row for row in rows if isinstance(row.get("name"), str)})
        self._judge_expected()
        self._judge_listed()
        self._judge_remembered()

    def suspects(self, size: int) -> Iterator[list[str]]:
        """Ids to check again, ``size`` at a time."""
        return self.scratch.batches("SELECT id FROM suspects", size)

    def _expect(self, rows: Sequence[PayloadRow]) -> None:
        found = self.decider.prepare([row for row in rows if not row.problems])
        waits = {row.id: FindingKind.REJECTED for row in rows if row.problems}
        waits.update((each.id, kind_of_outcome(each.outcome)) for each in found.outcomes)
        ready = {item.row.id: item for item in found.prepared}
        entries = self.ledger.records.read(self.spec.name, self.mapping.name, [row.id for row in rows])
        self.scratch.run(
            "INSERT OR REPLACE INTO expected (id, name, digest, read_back, shape, state, waits, written) "
            "VALUES (?,?,?,?,?,?,?,?)",
            (self._row(row, ready.get(row.id), entries.get(row.id), waits.get(row.id)) for row in rows),
        )

    def _row(
        self, row: PayloadRow, ready: Prepared | None, entry: RecordEntry | None, waits: FindingKind | None
    ) -> tuple[object, ...]:
        digest = shape = None
        if ready is not None:
            body = ready.body()
            paths = paths_of(body)
            digest = stored_digest(self._salt, body, paths)
            shape = self._shapes.setdefault(paths, len(self._shapes))
        self._of_object = self._of_object or row.id[:3]
        read_back, state = (None, None) if entry is None else (entry.echo, entry.state.value)
        # With a field left out every payload differs from what was written; that alone makes no record a suspect.
        same = bool(self.left_out) or (entry is not None and ready is not None and entry.digest == ready.digest)
        return row.id, name_of(row.name, entry), digest, read_back, shape, state, waits, same

    def _listing(self) -> Iterator[dict[str, Any]]:
        targets = {rule.target.partition(".")[0] for rule in self.mapping.fields if rule.target not in self.left_out}
        scope = self._scope()
        fields = sorted(targets | mark_fields(self.mapping))
        return list_objects(self.daktela, self.mapping.entity, fields=fields, scope=scope)

    def _scope(self) -> tuple[str, str] | None:
        kind = self.mapping.entity.type_field
        if kind is None:
            return "database", self.database
        record_type = constant_of(self.mapping, kind)
        return None if record_type is None else (kind, record_type)

    def _hold(self, rows: Mapping[str, Mapping[str, Any]]) -> None:
        query = "SELECT name, id, digest, read_back, shape FROM expected WHERE name IN"
        expected = list(self.scratch.among(query, list(rows)))
        shapes = list(self._shapes)
        self.scratch.run(
            "UPDATE expected SET seen = 1, equal = ? WHERE id = ?",
            [
                (
                    digest is not None and stored_digest(self._salt, rows[name], shapes[shape]) in (digest, read_back),
                    id_,
                )
                for name, id_, digest, read_back, shape in expected
            ],
        )
        shown = {found[0] for found in expected}
        self._hold_others({name: row for name, row in rows.items() if name not in shown})

    def _hold_others(self, held: Mapping[str, Mapping[str, Any]]) -> None:
        """Records that Salesforce did not list: known to the ledger, or named like ours."""
        names = list(held)
        known = self.ledger.records.by_name(self.spec.name, self.mapping.name, names)
        named = [name for name in names if name not in known and self._pattern().fullmatch(name)]
        for mapping in self.spec.mappings:
            if named and mapping.entity is self.mapping.entity and mapping.name != self.mapping.name:
                theirs = self.ledger.records.by_name(self.spec.name, mapping.name, named)
                named = [name for name in named if name not in theirs]
        # The object of a converted record is compared as that of its heir.
        entries = {name: entry for name, entry in known.items() if entry.state is not RecordState.BECAME}
        rows: list[tuple[str, str | None, str | None, bool]]
        rows = [
            (name, entry.id, entry.state.value, lacks_mark(self.mapping, held[name])) for name, entry in entries.items()
        ]
        rows += [(name, id_, None, False) for name, id_ in self._unheld(named).items()]
        self.scratch.run("INSERT OR REPLACE INTO listed VALUES (?, ?, ?, ?)", rows)

    def _unheld(self, names: Sequence[str]) -> dict[str, str | None]:
        """The Id in each name; None where there is none, or where its record has another object."""
        found = {name: self._id_in(name) for name in names}
        wanted = [id_ for id_ in found.values() if id_ is not None]
        others = self.ledger.records.read(self.spec.name, self.mapping.name, wanted)
        return {name: None if id_ in others else id_ for name, id_ in found.items()}

    def _pattern(self) -> re.Pattern[str]:
        pieces = (
            re.escape(piece) if isinstance(piece, str) else "([A-Za-z0-9]{18})" for piece in self.mapping.key.pieces
        )
        return re.compile("".join(pieces))

    def _id_in(self, name: str) -> str | None:
        """The Id in a name, None when it cannot be one of this object."""
        found = self._pattern().fullmatch(name)
        id_ = "" if found is None else found[1]
        return id_ if id_ and id_[:3] == self._of_object and long_id(id_[:15]) == id_ else None

    def _judge_expected(self) -> None:
        open_rejects = self.ledger.rejects.read(self.spec.name, self.mapping.name)
        self.scratch.run("INSERT OR IGNORE INTO refused VALUES (?)", ((reject.id,) for reject in open_rejects))
        children = self.ledger.parking.read(self.spec.name, self.mapping.name)
        self.scratch.run("INSERT OR IGNORE INTO parked VALUES (?)", ((child.id,) for child in children))
        query = (
            "SELECT id, state, waits, written, seen, equal, "
            "id IN (SELECT id FROM refused), id IN (SELECT id FROM parked) FROM expected"
        )
        for rows in _batched(self.scratch.read(query), ROWS):
            kinds = {
                id_: kind_of_expected(
                    state,
                    waits=waits,
                    written=bool(written),
                    seen=bool(seen),
                    equal=bool(equal),
                    refused=bool(refused),
                    parked=bool(parked),
                    recreates=self.mapping.on_gone == "recreate",
                )
                for id_, state, waits, written, seen, equal, refused, parked in rows
            }
            self._sort(kinds)

    def _judge_listed(self) -> None:
        for rows in _batched(self.scratch.read("SELECT id, state, unmarked FROM listed"), ROWS):
            for id_ in [id_ for id_, *_ in rows if id_ is None]:
                self.finding_counts.add(FindingKind.UNCLAIMED, id_ or "")
            policy = self.mapping.on_delete
            self._sort(
                {
                    id_: kind_of_listed(state, on_delete=policy, unmarked=bool(unmarked))
                    for id_, state, unmarked in rows
                    if id_ is not None
                }
            )

    def _judge_remembered(self) -> None:
        """Entries of the ledger whose records neither side has listed."""
        sync, mapping, after = self.spec.name, self.mapping.name, ""
        while entries := self.ledger.records.page(sync, mapping, after=after, limit=ROWS):
            after = entries[-1].id
            self._suspect_absent([entry.id for entry in entries if entry.state.value in REMEMBERED])
        self._suspect_absent([reject.id for reject in self.ledger.rejects.read(sync, mapping)])
        self._suspect_absent([child.id for child in self.ledger.parking.read(sync, mapping)])

    def _suspect_absent(self, ids: Sequence[str]) -> None:
        shown = {id_ for (id_,) in self.scratch.among("SELECT id FROM expected WHERE id IN", ids)}
        shown |= {id_ for (id_,) in self.scratch.among("SELECT id FROM listed WHERE id IN", ids)}
        self._sort({id_: None for id_ in ids if id_ not in shown})

    def _sort(self, kinds: Mapping[str, FindingKind | None]) -> None:
        suspects = [(id_,) for id_, kind in kinds.items() if kind is None]
        self.scratch.run("INSERT OR IGNORE INTO suspects VALUES (?)", suspects)
        for id_, kind in kinds.items():
            if kind is not None:
                self.finding_counts.add(kind, id_)


def name_of(own: str | None, entry: RecordEntry | None) -> str | None:
    """The name that a record should have in Daktela; what replaces an adopted object that is gone gets our own name."""
    foreign = entry is None or (entry.adopted and entry.state is RecordState.GONE)
    return own if entry is None or foreign else entry.name


def mark_fields(mapping: MappingSpec) -> set[str]:
    """The fields of Daktela that show whether a record is marked; none where the dialler may have the last word."""
    return set() if mapping.entity.is_dialled else set(mapping.mark_body())


def lacks_mark(mapping: MappingSpec, row: Mapping[str, Any]) -> bool:
    """Whether a listed record is without the mapping's mark, Daktela's normalisations apart."""
    return bool(mark_fields(mapping)) and bool(edits(mapping.mark_body(), row))


def _batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(itertools.islice(iterator, size)):
        yield batch
