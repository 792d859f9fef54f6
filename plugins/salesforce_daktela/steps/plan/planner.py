"""Count what a run is about to do, before the first write."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.read.lookup import look_up_names
from salesforce_daktela.daktela.write.read_back import differences
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import RecordEntry, RecordState
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.staging.store import PartKey, PartRef, PartStore
from salesforce_daktela.steps.decide.decider import Decider
from salesforce_daktela.steps.decide.decisions import Decided
from salesforce_daktela.steps.decide.departed import HANDLED, UNDONE, is_undone
from salesforce_daktela.steps.decide.heirs import Fate, fate_of, mergeable
from salesforce_daktela.steps.decide.missing_objects import listed_names
from salesforce_daktela.steps.decide.orders import Order
from salesforce_daktela.steps.decide.payload_rows import read_rows
from salesforce_daktela.steps.decide.screening import Screened
from salesforce_daktela.steps.load.repoint import Repointer
from salesforce_daktela.steps.plan.mapping_plan import MappingPlan
from salesforce_daktela.steps.run.unexpected_errors import attempt
from salesforce_daktela.sync.approval import WRITES, reasons_to_ask
from salesforce_daktela.sync.outcome import Outcome, Problem
from salesforce_daktela.sync.totals import VANISHED

__all__ = ["MappingPlan", "Planner"]

SAMPLE = 20
"""Changed records of a mapping that are compared with Daktela field by field."""

PLANNED = pa.schema([pa.field("id", pa.string()), pa.field("name", pa.string())])
SAMPLES = pa.schema([pa.field(name, pa.string()) for name in ("id", "field", "before", "after")])
DEPARTURES = ["id", "stamp", "is_deleted", "left_filter", "master_id", "became"]


@dataclass(slots=True, kw_only=True)
class Planner:
    """Plans one mapping. ``parents`` are the staged plans of the mappings before it, by their names.

    Without ``whole`` only removals are counted, from Ids alone, unless sync.yaml asks about other writes.
    """

    spec: SyncSpec
    mapping: MappingSpec
    daktela: DaktelaClient
    ledger: Ledger
    store: PartStore
    decider: Decider
    key: PartKey
    parents: Mapping[str, PartRef] = field(default_factory=dict)
    whole: bool = False
    _losers: list[str] = field(default_factory=list, init=False)
    _merges: list[dict[str, str]] = field(default_factory=list, init=False)

    def plan(self, parts: Sequence[PartRef], *, salesforce_calls: int | None) -> MappingPlan:
        """Count what loading ``parts`` would do. Raises TransportError when a lookup fails."""
        self.decider.planned = self._planned_names
        whole = self.whole or self.spec.approve.weighs_writes
        counts: Counter[str] = Counter()
        removals = 0
        before = sum(self.daktela.calls.values())
        orders: list[Order] = []
        made: list[tuple[str, str]] = []
        for part in () if whole else parts:
            removals += self._departures(self.store.read_part(part, columns=DEPARTURES), counts)
        for screened in self.decider.screen(self.store.read_part(part) for part in parts) if whole else ():
            removals += self._departures(screened.rest, counts)
            decided = self._weigh(screened, counts)
            made += [
                (order.row.id, order.name) for order in (*decided.orders, *decided.accepted) if _becomes_known(order)
            ]
            orders += [order for order in decided.orders if not order.create][: SAMPLE - len(orders)]
        vanished = self._still_vanished(self._doubted(parts))
        lookups = sum(self.daktela.calls.values()) - before
        changed, sample = self._sample(orders)
        shown = dict(counts) if whole else {}
        asks = self._reasons(shown, removals, vanished)
        repointing = self._repointing() if self.whole else 0
        return MappingPlan(
            mapping=self.mapping.name,
            counts=shown,
            removals=removals,
            changed_fields=dict(changed),
            sampled=len(orders),
            sample=None if sample is None else sample.to_dict(),
            planned=self._stage(made),
            daktela_calls=lookups + _writes(counts, removals, self.mapping) + repointing + 3 * len(self._merges),
            salesforce_calls=salesforce_calls,
            reasons=() if self.whole else asks,
            vanished=vanished,
            would_ask=asks if self.whole else (),
            merges=tuple(self._merges),
        )

    def _reasons(self, counts: Mapping[str, int], removals: int, vanished: int) -> tuple[str, ...]:
        approve = self.spec.approve
        writes = any(counts.get(outcome) for outcome in WRITES)
        return reasons_to_ask(
            counts,
            removals=removals,
            max_removals=self.mapping.max_removals,
            # Counting reads every entry of the mapping, and what is present matters beside writes only.
            present=self.ledger.records.count_present(self.spec.name, self.mapping.name) if writes else 0,
            first_load=approve.first_load,
            changes_above=approve.changes_above,
            any_removal=approve.removals,
            vanished=vanished,
            merges=len(self._merges),
        )

    def _repointing(self) -> int:
        """Requests that moving the children of merged records will take."""
        repointer = Repointer(spec=self.spec, database=self.decider.database, daktela=self.daktela, ledger=self.ledger)
        return repointer.weigh(self.mapping, self._losers)

    def _doubted(self, parts: Sequence[PartRef]) -> list[str]:
        """Ids among ``parts`` that an earlier run did not find in Daktela and did not give up; mostly none at all."""
        scope = (self.spec.name, self.mapping.name)
        open_ones = {reject.id for reject in self.ledger.rejects.read(*scope, code=VANISHED)}
        if not open_ones:
            return []
        found: set[str] = set()
        for part in parts:
            rows = self.store.read_part(part, columns=DEPARTURES)
            alive = rows.filter(pc.invert(pc.or_(rows["is_deleted"], rows["left_filter"])))
            found |= open_ones.intersection(alive["id"].to_pylist())
        return sorted(found)

    def _still_vanished(self, ids: Sequence[str]) -> int:
        """How many of them Daktela still does not list. Raises DaktelaError when the lookup fails."""
        entries = self.ledger.records.read(self.spec.name, self.mapping.name, ids)
        names = [entry.name for entry in entries.values()]
        return len(names) - len(listed_names(self.daktela, self.mapping.entity, names)) if names else 0

    def _departures(self, rows: pa.Table, counts: Counter[str]) -> int:
        """Count the departures among rows by their outcomes; return how many would change anything in Daktela."""
        departed = pc.or_(rows["is_deleted"], rows["left_filter"])
        gone = rows.select(DEPARTURES).filter(departed).to_pylist()
        entries = self.ledger.records.read(self.spec.name, self.mapping.name, [row["id"] for row in gone])
        merged = [row["id"] for row in gone if row["master_id"] and row["id"] in entries]
        self._losers += [entries[id_].name for id_ in merged if entries[id_].state in UNDONE]
        weighed = [self._removal(row, entries.get(row["id"])) for row in gone]
        counts.update(outcome.value for outcome, _ in weighed)
        return sum(removes for _, removes in weighed)

    def _removal(self, row: Mapping[str, Any], entry: RecordEntry | None) -> tuple[Outcome, bool]:
        """The outcome of a departure, and whether it would change anything in Daktela."""
        if entry is None:
            return Outcome.KEPT, False
        if not is_undone(entry, self.mapping, deleted=bool(row["is_deleted"])):
            return HANDLED.get(entry.state, Outcome.KEPT if entry.outcome is None else Outcome(entry.outcome)), False
        if row["became"] and not row["is_deleted"]:
            fate = fate_of(self.ledger, self.spec, json.loads(row["became"]), row["stamp"])
            if fate is not Fate.LEFT:
                return self._converted(row, entry, fate), False
        policy = self.mapping.on_delete if row["is_deleted"] else self.mapping.on_filter_exit
        removes = policy == "mark" or (policy == "delete" and not entry.adopted)
        return (Outcome.REMOVED if removes else Outcome.KEPT), removes

    def _converted(self, row: Mapping[str, Any], entry: RecordEntry, fate: Fate) -> Outcome:
        if fate is not Fate.BOTH:
            return Outcome.BECAME
        heir = mergeable(self.ledger, self.spec, entry, json.loads(row["became"]))
        if heir is None or self.mapping.on_both != "merge":
            return Outcome.KEPT
        names = {"name": entry.name, "heir_name": heir.entry.name}
        self._merges.append({"id": entry.id, "heir": heir.entry.id, **names})
        return Outcome.BECAME

    def _weigh(self, screened: Screened, counts: Counter[str]) -> Decided:
        counts[Outcome.UNCHANGED.value] += screened.unchanged.num_rows
        rows = [row for row in read_rows(screened.rest) if not row.departed]
        counts["rejected"] += sum(1 for row in rows if row.problems)
        found = self.decider.prepare([row for row in rows if not row.problems])
        decided = self.decider.decide(found.prepared)
        counts.update(outcome.outcome.value for outcome in (*found.outcomes, *decided.outcomes))
        counts.update(order.outcome.value for order in (*decided.orders, *decided.accepted))
        counts += Counter()
        return decided

    def _sample(self, orders: Sequence[Order]) -> tuple[Counter[str], PartRef | None]:
        """Compare with Daktela's current values; these go to a staged part and nowhere else."""
        if not orders:
            return Counter(), None
        fields = sorted({key for order in orders for key in order.body})
        held = look_up_names(self.daktela, self.mapping.entity, [order.name for order in orders], fields=fields).rows
        changed: Counter[str] = Counter()
        rows = []
        for order in orders:
            present = held.get(order.name, {})
            told = attempt(order.row.id, differences, order.body, present)
            for found in () if isinstance(told, Problem) else told:
                changed[found.path] += 1
                rows.append(
                    {
                        "id": order.row.id,
                        "field": found.path,
                        "before": _shown(present, found.path),
                        "after": _shown(order.body, found.path),
                    }
                )
        return changed, self._write("samples", rows, SAMPLES)

    def _stage(self, made: Sequence[tuple[str, str]]) -> dict[str, Any] | None:
        """Names that the ledger would learn, for the plans of the children."""
        if not self.whole or not made:
            return None
        ref = self._write("plans", [{"id": id_, "name": name} for id_, name in made], PLANNED)
        return None if ref is None else ref.to_dict()

    def _write(self, kind: Any, rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> PartRef | None:
        if not rows:
            return None
        key = PartKey(
            sync=self.key.sync,
            run=self.key.run,
            mapping=self.key.mapping,
            extraction=self.key.extraction,
            kind=kind,
            number=0,
        )
        return self.store.write_part(key, [pa.Table.from_pylist([dict(row) for row in rows], schema=schema)], schema)

    def _planned_names(self, to: str, ids: Sequence[str]) -> Mapping[str, str]:
        ref = self.parents.get(to)
        if ref is None:
            return {}
        table = self.store.read_part(ref)
        found = table.filter(pc.is_in(table["id"], value_set=pa.array(ids, pa.string())))
        return dict(zip(found["id"].to_pylist(), found["name"].to_pylist(), strict=True))


def _becomes_known(order: Order) -> bool:
    """Whether children can refer to the record only once the run has loaded it: created, adopted or found by name."""
    return order.create or order.known is None or order.known.state is not RecordState.LIVE


def _writes(counts: Mapping[str, int], removals: int, mapping: MappingSpec) -> int:
    """One request for each write, and one more for each mark and each change on a dial list, which first read it."""
    marks = removals if mapping.marks else 0
    if mapping.entity.is_dialled:
        marks = removals + counts.get("updated", 0) + counts.get("adopted", 0)
    return sum(counts.get(outcome, 0) for outcome in ("created", "updated", "adopted")) + removals + marks


def _shown(body: Mapping[str, Any], path: str) -> str | None:
    value: Any = body
    for piece in path.split("."):
        value = value.get(piece) if isinstance(value, Mapping) else None
    if isinstance(value, Mapping):
        value = value.get("name")
    return None if value is None else str(value)
