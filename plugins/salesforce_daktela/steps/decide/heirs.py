"""Records that carry on the objects of converted ones, and what becomes of these."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import pyarrow as pa
import pyarrow.compute as pc

from salesforce_daktela.errors import IntegrityError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.accepted import PRESENT
from salesforce_daktela.ledger.records.conversions import inherited
from salesforce_daktela.ledger.records.entries import RecordEntry
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.staging.store import READ_AGAIN, PartKey, PartStore
from salesforce_daktela.steps.run.conversion_schema import CONVERSION_SCHEMA
from salesforce_daktela.sync.conversion import Conversion


class Fate(StrEnum):
    """What becomes of a converted record's object."""

    BOTH = "both"
    """The heir has an object of its own: both stay."""
    WAITS = "waits"
    """The heir was not loaded yet, or is rejected or parked."""
    LEFT = "left"
    """The heir is not in its mapping: the record only left the filter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inherited:
    """For heirs without an entry: the entries that they begin with, and names under which an object may exist."""

    entries: Mapping[str, RecordEntry] = field(default_factory=dict)
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Heirs:
    """The records of one mapping in one reading; ``conversions`` reads the conversions into them, when first asked."""

    spec: SyncSpec
    mapping: str
    run_id: str
    ledger: Ledger
    conversions: Callable[[], pa.Table]
    _read: pa.Table | None = None

    def hand_over(self, ids: Sequence[str]) -> set[str]:
        """Give the heirs among ``ids`` their objects; return those that wait for another run to release them."""
        found = [each for some in self._conversions(ids).values() for each in some]
        if not found:
            return set()
        return self.ledger.conversions.hand_over(self.spec.name, self.mapping, found, self.run_id)

    def inherited(self, ids: Sequence[str]) -> Inherited:
        """What ``ids``, records without an entry, inherit. Nothing is written."""
        conversions = self._conversions(ids)
        entries: dict[str, RecordEntry] = {}
        names: dict[str, tuple[str, ...]] = {}
        known = self._entries(conversions)
        for heir, some in conversions.items():
            for conversion in some:
                entry = known.get((conversion.mapping, conversion.id))
                if entry is not None and entry.state in PRESENT:
                    entries.setdefault(heir, inherited(conversion, entry))
            names[heir] = tuple(conversion.name for conversion in some)
        return Inherited(entries=entries, names=names)

    def _entries(self, conversions: Mapping[str, Sequence[Conversion]]) -> dict[tuple[str, str], RecordEntry]:
        asked: dict[str, list[str]] = {}
        for conversion in (each for some in conversions.values() for each in some):
            asked.setdefault(conversion.mapping, []).append(conversion.id)
        return {
            (mapping, id_): entry
            for mapping, ids in asked.items()
            for id_, entry in self.ledger.records.read(self.spec.name, mapping, ids).items()
        }

    def _conversions(self, ids: Sequence[str]) -> dict[str, list[Conversion]]:
        """The conversions into each of ``ids``, the latest first."""
        if self._read is None:
            self._read = self.conversions()
        if not self._read.num_rows:
            return {}
        rows = self._read.filter(pc.is_in(self._read["heir"], value_set=pa.array(ids, pa.string())))
        found: dict[str, list[Conversion]] = {}
        for row in sorted(rows.to_pylist(), key=lambda row: (row["stamp"], row["id"]), reverse=True):
            name = self.spec.mapping(row["mapping"]).own_name(row["id"])
            found.setdefault(row["heir"], []).append(Conversion(name=name, **row))
        return found


def staged_conversions(spec: SyncSpec, store: PartStore, key: PartKey) -> pa.Table:
    """Return the conversions that a reading has found. Raises IntegrityError when their part is missing.

    Without them records would get second objects.
    """
    if not spec.converted_into(key.mapping):
        return CONVERSION_SCHEMA.empty_table()
    ref = store.find_part(key)
    if ref is None:
        raise IntegrityError("the part of conversions is missing", where=f"staging {key.path}", advice=READ_AGAIN)
    return store.read_part(ref)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heir:
    """A record that a converted one became, of ``mapping``, with an object in Daktela."""

    mapping: str
    entry: RecordEntry


def mergeable(ledger: Ledger, spec: SyncSpec, entry: RecordEntry, became: Mapping[str, str]) -> Heir | None:
    """The heir whose object can be merged with that of ``entry``; None unless both have one."""
    if entry.state not in PRESENT:
        return None
    for name, id_ in became.items():
        found = ledger.records.read(spec.name, name, [id_]).get(id_)
        if found is not None and found.state in PRESENT:
            return Heir(mapping=name, entry=found)
    return None


def fate_of(ledger: Ledger, spec: SyncSpec, became: Mapping[str, str], stamp: datetime | None) -> Fate:
    """What becomes of a converted record that nobody has carried on. ``became`` gives the Ids of its heirs by mapping.

    An heir that is not known, not rejected and not parked may still come, until no run of its mapping will read
    ``stamp``, the time of the conversion, again.
    """
    if any(id_ in ledger.records.read(spec.name, mapping, [id_]) for mapping, id_ in became.items()):
        return Fate.BOTH
    for mapping, id_ in became.items():
        settled = ledger.watermarks.read(spec.name, mapping)
        refused = ledger.rejects.codes(spec.name, mapping, [id_]) or ledger.parking.read(spec.name, mapping, id_)
        if refused or settled is None or stamp is None or settled - spec.limits.overlap <= stamp:
            return Fate.WAITS
    return Fate.LEFT
