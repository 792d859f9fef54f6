"""Delete one record from ledger and parts, after an erasure request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.errors import TransportError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.query.rest import read_rest
from salesforce_daktela.salesforce.query.soql import build_soql
from salesforce_daktela.salesforce.schema.describe import describe, resolve
from salesforce_daktela.staging.searching import files_holding
from salesforce_daktela.staging.store import PartStore

SHARED = 15
"""Characters that the short and the long form of an Id have in common."""


class Presence(StrEnum):
    """Whether a record is in Salesforce. ``unmapped`` is one that no mapping of the sync reads."""

    PRESENT = "present"
    IN_BIN = "in_bin"
    ABSENT = "absent"
    UNMAPPED = "unmapped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """What was removed from one sync. ``in_daktela`` are the mappings whose Daktela object is still there."""

    sync: str
    salesforce: Presence
    in_daktela: tuple[str, ...]
    ledger: tuple[dict[str, object], ...]
    children_read_again: int
    files: tuple[str, ...]


def mappings_of(spec: SyncSpec, salesforce: SalesforceClient, id_: str) -> list[MappingSpec]:
    """The mappings that read records of this Id's object: its first three characters name the object."""
    return [each for each in spec.mappings if describe(salesforce, each.sobject).get("keyPrefix") == id_[:3]]


def presence(spec: SyncSpec, salesforce: SalesforceClient, id_: str) -> Presence:
    """Ask Salesforce for the record, the recycle bin included."""
    found = Presence.UNMAPPED
    for mapping in mappings_of(spec, salesforce, id_)[:1]:
        known = resolve(salesforce, mapping.sobject, ())
        soql = build_soql(known.schema, cursor=known.cursor, ids=[id_])
        rows = [row for table in read_rest(salesforce, soql, known.schema) for row in table.to_pylist()]
        deleted = [bool(row.get("IsDeleted")) for row in rows]
        found = Presence.ABSENT if not rows else Presence.IN_BIN if all(deleted) else Presence.PRESENT
    return found


def still_in_daktela(
    spec: SyncSpec, salesforce: SalesforceClient, daktela: DaktelaClient, ledger: Ledger, id_: str
) -> tuple[str, ...]:
    """Mappings whose object for this record is still in Daktela, where it has to be erased."""
    read = mappings_of(spec, salesforce, id_)
    kept = []
    for mapping in spec.mappings:
        entry = ledger.records.read(spec.name, mapping.name, [id_]).get(id_)
        if entry is None and mapping not in read:
            continue
        made = "".join(piece if isinstance(piece, str) else id_ for piece in mapping.key.pieces)
        names = {made} if entry is None else {made, entry.name}
        if any(daktela.get(mapping.entity, name, fields=("name",)) is not None for name in sorted(names)):
            kept.append(mapping.name)
    return tuple(kept)


def forget_record(
    spec: SyncSpec,
    salesforce: SalesforceClient,
    daktela: DaktelaClient,
    ledger: Ledger,
    *stores: PartStore,
    id_: str,
) -> Removed:
    """Delete the record from ledger and parts, which may be in several places; children that waited for it are read
    again by the next run.

    Safe to repeat. Raises TransportError while a run is writing the record.
    """
    _refuse_while_written(spec.name, ledger, id_)
    found = presence(spec, salesforce, id_)
    kept = still_in_daktela(spec, salesforce, daktela, ledger, id_)
    removed = _remove(spec.name, ledger, stores, id_, salesforce.server_time())
    return replace(removed, salesforce=found, in_daktela=kept)


def forget_remembered(sync: str, ledger: Ledger, *stores: PartStore, id_: str) -> Removed:
    """The same for a sync that has no folder any more: no system is asked. Raises as ``forget_record``."""
    _refuse_while_written(sync, ledger, id_)
    return _remove(sync, ledger, stores, id_, datetime.now(UTC))


def _refuse_while_written(sync: str, ledger: Ledger, id_: str) -> None:
    if ledger.erasure.is_leased(sync, id_):
        raise TransportError(
            "a run is writing this record now", where=f"sync {sync}", advice="try again when it has ended"
        )


def _remove(sync: str, ledger: Ledger, stores: Sequence[PartStore], id_: str, at: datetime) -> Removed:
    files = [(store, path) for store in stores for path in files_holding(store, sync, id_[:SHARED])]
    for store, path in files:
        store.delete_file(path)
    children = [each for each in ledger.erasure.waiting_for(sync, id_) if each[1] != id_]
    # Before their waits are deleted: after a death in between nothing else would name them.
    for mapping, child in children:
        ledger.rereads.ask(sync, mapping, [child], at)
    counts = ledger.erasure.forget(sync, id_)
    ledger.number_counts.forget(sync, id_)
    ledger.scrub()
    rows = tuple({"mapping": mapping, "what": what, "rows": count} for (mapping, what), count in counts.items())
    return Removed(
        sync=sync,
        salesforce=Presence.UNMAPPED,
        in_daktela=(),
        ledger=rows,
        children_read_again=len(children),
        files=tuple(path for _, path in files),
    )
