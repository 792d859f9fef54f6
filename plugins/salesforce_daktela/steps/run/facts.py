"""What preflight found, handed to the later steps so that none asks again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from salesforce_daktela.mapping.schema import FieldKind, SourceField, SourceSchema
from salesforce_daktela.mapping.target import Provenance, TargetField, TargetSchema
from salesforce_daktela.sync.binding import Ends


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingFacts:
    """Both live schemas of one mapping. ``cursor`` is the change stamp's field, normally SystemModstamp.

    ``left_out`` are Daktela fields that this run does not send because their source or target has changed.
    ``fingerprint`` is that of ``steps.fingerprint.mapping_fingerprint``.
    ``filter_moves`` when records can pass or fail ``where`` without a new change stamp.
    """

    cursor: str
    source: SourceSchema
    target: TargetSchema
    left_out: tuple[str, ...] = ()
    fingerprint: str = ""
    filter_moves: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The ledger and the systems that preflight reached. ``mark`` is that of the binding, empty when there is none."""

    ledger: str
    ends: Ends
    mark: str

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"ledger": self.ledger, "ends": self.ends.to_dict(), "mark": self.mark}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Memory:
        """The inverse of ``to_dict``."""
        return cls(ledger=data["ledger"], ends=Ends.from_dict(data["ends"]), mark=data["mark"])


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """``now`` is Salesforce's clock; ``deferred`` names the exhausted limit, empty when the run may go on.

    ``fingerprint`` changes when the content of the sync's files does. ``drift`` are changes of both schemas since they
    were last seen, as ``sync.drift.Change.to_dict`` gives them. ``memory`` is what every task compares before it
    writes, None without a ledger. ``carried`` names the files that the run goes by, empty for a run in one process.
    """

    instance_url: str
    database: str
    timezone: str
    now: datetime
    fingerprint: str
    deferred: str
    mappings: Mapping[str, MappingFacts]
    drift: tuple[Mapping[str, Any], ...] = ()
    memory: Memory | None = None
    carried: str = ""

    def drift_of(self, mapping: str) -> tuple[Mapping[str, Any], ...]:
        """The changes that concern one mapping."""
        return tuple(change for change in self.drift if change["mapping"] == mapping)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, a few kilobytes for each mapping."""
        return {
            "instance_url": self.instance_url,
            "database": self.database,
            "timezone": self.timezone,
            "now": self.now.isoformat(),
            "fingerprint": self.fingerprint,
            "deferred": self.deferred,
            "mappings": {name: _facts_to_dict(facts) for name, facts in self.mappings.items()},
            "drift": [dict(change) for change in self.drift],
            "memory": None if self.memory is None else self.memory.to_dict(),
            "carried": self.carried,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> RunFacts:
        """The inverse of ``to_dict``."""
        return cls(
            instance_url=data["instance_url"],
            database=data["database"],
            timezone=data["timezone"],
            now=datetime.fromisoformat(data["now"]),
            fingerprint=data["fingerprint"],
            deferred=data["deferred"],
            mappings={name: _facts_from_dict(facts) for name, facts in data["mappings"].items()},
            drift=tuple(data["drift"]),
            # Runs begun by an earlier release have none.
            memory=None if data.get("memory") is None else Memory.from_dict(data["memory"]),
            carried=data.get("carried", ""),
        )


def _facts_to_dict(facts: MappingFacts) -> dict[str, Any]:
    plain = {
        "cursor": facts.cursor,
        "sobject": facts.source.sobject,
        "fields": [asdict(found) for found in facts.source.fields.values()],
        "entity": str(facts.target.entity),
        "complete": facts.target.complete,
        "targets": [
            {**asdict(found), "options": None if found.options is None else dict(found.options)}
            for found in facts.target.fields.values()
        ],
        "left_out": facts.left_out,
        "fingerprint": facts.fingerprint,
        "filter_moves": facts.filter_moves,
    }
    loaded: dict[str, Any] = json.loads(json.dumps(plain))
    return loaded


def _facts_from_dict(data: Mapping[str, Any]) -> MappingFacts:
    fields = [_source_field(found) for found in data["fields"]]
    targets = [TargetField(**{**found, "provenance": Provenance(found["provenance"])}) for found in data["targets"]]
    return MappingFacts(
        cursor=data["cursor"],
        source=SourceSchema(sobject=data["sobject"], fields={found.path: found for found in fields}),
        target=TargetSchema(
            entity=data["entity"], fields={found.path: found for found in targets}, complete=data["complete"]
        ),
        left_out=tuple(data["left_out"]),
        fingerprint=data.get("fingerprint", ""),
        filter_moves=data.get("filter_moves", False),
    )


def _source_field(found: Mapping[str, Any]) -> SourceField:
    """Runs begun by an earlier release tell no ``refers_to``."""
    kind, refers_to = FieldKind(found["kind"]), tuple(found.get("refers_to", ()))
    return SourceField(**{**found, "kind": kind, "refers_to": refers_to})
