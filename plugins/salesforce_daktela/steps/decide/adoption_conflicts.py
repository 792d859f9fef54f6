"""Records of one reading that would adopt the same object of Daktela, in whichever parts they are."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import RecordState
from salesforce_daktela.mapping.model import Entity, MappingSpec, SyncSpec
from salesforce_daktela.staging.keys import folder_of
from salesforce_daktela.staging.store import PartStore
from salesforce_daktela.steps.decide.missing_objects import listed_names
from salesforce_daktela.steps.run.unexpected_errors import attempt
from salesforce_daktela.sync.outcome import Problem

COLUMNS = ("id", "name", "payload", "problems", "is_deleted", "left_filter")
BATCH = 10_000
PLACED = (RecordState.LIVE, RecordState.KEPT, RecordState.MARKED, RecordState.GONE)
"""States of records that adopt nothing: they have an object, or had one."""

Claims = Mapping[str, set[tuple[str, str]]]
"""For each object's name the pairs of match field and value (in the form of ``exact``) that found it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptionConflicts:
    """Searches the payloads of one reading; used only when a part has found an object to adopt."""

    store: PartStore
    ledger: Ledger
    daktela: DaktelaClient
    sync: str
    run_id: str
    mapping: str
    entity: Entity
    extraction: str

    @classmethod
    def among(
        cls,
        store: PartStore,
        ledger: Ledger,
        daktela: DaktelaClient,
        spec: SyncSpec,
        mapping: MappingSpec,
        run_id: str,
        extraction: str,
    ) -> AdoptionConflicts:
        """The conflicts of one mapping in one run."""
        return cls(
            store=store,
            ledger=ledger,
            daktela=daktela,
            sync=spec.name,
            run_id=run_id,
            mapping=mapping.name,
            entity=mapping.entity,
            extraction=extraction,
        )

    def of(self, claims: Claims) -> dict[str, set[str]]:
        """Return, for each object, the Ids of records that hold one of its values and have no object of their own.

        Raises DaktelaError when a lookup fails, IntegrityError when a part is damaged.
        """
        objects: dict[tuple[str, str], set[str]] = {}
        for name, pairs in claims.items():
            for pair in pairs:
                objects.setdefault(pair, set()).add(name)
        names: dict[str, str] = {}
        found: dict[str, set[str]] = {name: set() for name in claims}
        for row in self._rows():
            held = attempt(row["id"], _pairs, row["payload"], objects)
            # A payload that cannot be read cannot be written either, so it adopts nothing.
            hit = set() if isinstance(held, Problem) else {name for pair in held for name in objects[pair]}
            for name in hit:
                found[name].add(row["id"])
                names[row["id"]] = row["name"]
        free = self._free(names)
        return {name: ids & free for name, ids in found.items()}

    def _free(self, names: Mapping[str, str]) -> set[str]:
        """The Ids that have no object, neither by the ledger nor in Daktela."""
        entries = self.ledger.records.read(self.sync, self.mapping, list(names))
        unknown = [id_ for id_ in names if id_ not in entries or entries[id_].state not in PLACED]
        there = listed_names(self.daktela, self.entity, [names[id_] for id_ in unknown]) if len(unknown) > 1 else set()
        return {id_ for id_ in unknown if names[id_] not in there}

    def own_names(self, names: Collection[str]) -> set[str]:
        """Those of ``names`` that records of the reading get by the mapping's key: a ledger that has lost them, or
        knows them under another mapping, does not tell that they are ours.

        Raises IntegrityError when a part is damaged.
        """
        wanted = pa.array(sorted(names), pa.string())
        ours: set[str] = set()
        for batch in self._batches(("name",)) if names else ():
            ours.update(batch["name"].filter(pc.is_in(batch["name"], value_set=wanted)).to_pylist())
        return ours

    def _rows(self) -> Iterator[Mapping[str, Any]]:
        """Records that could be written, one after another."""
        for batch in self._batches(COLUMNS):
            for row in batch.to_pylist():
                if row["problems"] == "[]" and not row["is_deleted"] and not row["left_filter"]:
                    yield row

    def _batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        folder = folder_of(self.sync, self.run_id, self.mapping, self.extraction)
        for path in self.store.list_parts(self.sync, self.run_id):
            if path.startswith(f"{folder}/payloads-"):
                yield from self.store.batches_of(path, BATCH, columns)


def exact(text: str) -> str:
    """The form in which match values are compared: without surrounding blanks and letter case."""
    return text.strip().casefold()


def values_at(body: Mapping[str, Any], path: str) -> list[str]:
    """The non-empty texts in a body at a path such as ``title`` or ``customFields.email``."""
    found: Any = body
    for piece in path.split("."):
        found = found.get(piece) if isinstance(found, Mapping) else None
    listed = found if isinstance(found, list) else [found]
    return [str(value) for value in listed if value not in (None, "")]


def _pairs(payload: str, wanted: Mapping[tuple[str, str], Any]) -> set[tuple[str, str]]:
    body = json.loads(payload)
    held = {(path, exact(value)) for path in {path for path, _ in wanted} for value in values_at(body, path)}
    return held & wanted.keys()
