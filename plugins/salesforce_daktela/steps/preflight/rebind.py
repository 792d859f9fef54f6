"""Bind a sync's memory to other systems, or delete it: a person's decision after a connection has changed."""

from __future__ import annotations

from dataclasses import dataclass

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.read.lookup import look_up_names
from salesforce_daktela.errors import ConfigurationError, TransportError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import RecordEntry, RecordState
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.query import rest
from salesforce_daktela.salesforce.query.soql import build_count
from salesforce_daktela.salesforce.schema.describe import resolve
from salesforce_daktela.staging.keys import mark_of, marked_by
from salesforce_daktela.staging.store import PartStore
from salesforce_daktela.sync.binding import Binding, Ends

SAMPLE = 50
"""Records of each mapping that are looked for before a memory is bound to other systems."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """How many of ``asked`` remembered records of one mapping are in the two systems now."""

    mapping: str
    asked: int
    in_salesforce: int
    in_daktela: int


def look_for_memory(
    spec: SyncSpec, salesforce: SalesforceClient, daktela: DaktelaClient, ledger: Ledger
) -> tuple[Evidence, ...]:
    """Look up some loaded records of the ledger in both systems; mappings without any are left out."""
    found = (_evidence(spec, mapping, salesforce, daktela, ledger) for mapping in spec.mappings)
    return tuple(each for each in found if each.asked)


def refuse_other_data(sync: str, evidence: tuple[Evidence, ...], met: Ends) -> None:
    """Raise ConfigurationError when one system has none of the records: it is not the same data."""
    sides = {
        f"organization {met.organization}": sum(each.in_salesforce for each in evidence),
        f"Daktela {met.instance}": sum(each.in_daktela for each in evidence),
    }
    asked = sum(each.asked for each in evidence)
    missing = [side for side, count in sides.items() if not count]
    if asked and missing:
        raise ConfigurationError(
            f"none of {asked} remembered records is in {' or in '.join(missing)}: this is not the same data",
            where=f"sync {sync}",
            advice=f"correct the connection, or start anew with `salesforce-daktela ledger reset {sync}`",
        )


def rebind(sync: str, ledger: Ledger, met: Ends, bound: Binding | None) -> Binding:
    """Bind the memory to ``met``; ``bound`` is its binding when the person agreed. Running tasks stop.

    Raises TransportError while a run is writing, ConfigurationError when the binding has changed meanwhile.
    """
    refuse_while_busy(sync, ledger)
    now = ledger.bindings.bind(sync, met, expected=bound)
    if now.ends != met:
        raise ConfigurationError(
            f"the memory was given to {now.ends} meanwhile",
            where=f"sync {sync}",
            advice="compare it with `salesforce-daktela ledger status`, then repeat the command if it is still wrong",
        )
    return now


def reset(sync: str, ledger: Ledger, *stores: PartStore) -> dict[str, int]:
    """Forget everything about a sync; return the rows by table. Neither Salesforce nor Daktela is touched.

    Staged files are deleted first, so the command can be repeated; those of another ledger in the same folder stay.
    Raises TransportError while a run is writing.
    """
    refuse_while_busy(sync, ledger)
    for store in stores:
        _delete_parts(sync, ledger, store)
    rows = ledger.bindings.reset(sync)
    ledger.scrub()
    return rows


def _delete_parts(sync: str, ledger: Ledger, store: PartStore) -> None:
    files, own = store.list_files(sync), mark_of(ledger.bindings.identity())
    mine = [path for path in files if marked_by(path) in ("", own)]
    if len(mine) == len(files):
        store.delete_sync(sync)
        return
    for path in mine:
        store.delete_file(path)


def refuse_while_busy(sync: str, ledger: Ledger) -> None:
    """Raise TransportError while a run of the sync is writing records."""
    if ledger.bindings.busy(sync):
        raise TransportError("a run is writing now", where=f"sync {sync}", advice="try again when it has ended")


def _evidence(
    spec: SyncSpec, mapping: MappingSpec, salesforce: SalesforceClient, daktela: DaktelaClient, ledger: Ledger
) -> Evidence:
    entries = _loaded(ledger, spec.name, mapping.name)
    if not entries:
        return Evidence(mapping=mapping.name, asked=0, in_salesforce=0, in_daktela=0)
    known = resolve(salesforce, mapping.sobject, ())
    soql = build_count(known.schema, cursor=known.cursor, ids=[entry.id for entry in entries])
    held = look_up_names(daktela, mapping.entity, [entry.name for entry in entries], fields=["name"])
    return Evidence(
        mapping=mapping.name,
        asked=len(entries),
        in_salesforce=rest.count(salesforce, soql),
        in_daktela=len(held.rows.keys() | held.ambiguous),
    )


def _loaded(ledger: Ledger, sync: str, mapping: str) -> list[RecordEntry]:
    """The first loaded records, however many before them are gone from either side."""
    found: list[RecordEntry] = []
    after = ""
    while len(found) < SAMPLE and (page := ledger.records.page(sync, mapping, after=after, limit=20 * SAMPLE)):
        after = page[-1].id
        found += [entry for entry in page if entry.state is RecordState.LIVE]
    return found[:SAMPLE]
