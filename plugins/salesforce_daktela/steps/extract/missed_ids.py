"""Ids that a run names and did not find: each is reported once, by one mapping of the run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa

from salesforce_daktela.salesforce.schema.describe import describe
from salesforce_daktela.salesforce.wire.ids import typed_id
from salesforce_daktela.staging.store import PartRef
from salesforce_daktela.steps.extract.departures import identify
from salesforce_daktela.steps.extract.reading import Reading

PREFIX = 3
"""The first characters of an Id name its object."""


def missed_ids(reading: Reading, parts: Sequence[PartRef]) -> tuple[str, ...]:
    """Return the Ids that the run names, that are in none of ``parts`` and that Salesforce does not show.

    Ids of other mappings' objects are reported by those mappings, Ids of unmapped objects by the run's first mapping.
    """
    asked = dict.fromkeys(typed_id(id_) for id_ in reading.request.ids)
    if not reading.request.names_records or not asked:
        return ()
    for ids in _ids(reading, parts):
        for id_ in ids.to_pylist():
            asked.pop(id_, None)
    missing = _to_tell(reading, list(asked)) if asked else []
    shown = {id_ for page in identify(reading, missing) for id_ in page["Id"].to_pylist()}
    return tuple(id_ for id_ in missing if id_ not in shown)


def _ids(reading: Reading, parts: Sequence[PartRef]) -> Iterator[pa.ChunkedArray]:
    for part in parts:
        yield reading.store.read_part(part, columns=["Id"])["Id"]


def _to_tell(reading: Reading, ids: Sequence[str]) -> list[str]:
    chosen = [mapping for mapping in reading.spec.mappings if reading.request.selects(mapping.name)]
    prefixes = {each.name: describe(reading.salesforce, each.sobject).get("keyPrefix") for each in chosen}
    tellers: dict[object, str] = {}
    for name, prefix in prefixes.items():
        tellers.setdefault(prefix, name)
    return [id_ for id_ in ids if tellers.get(id_[:PREFIX], chosen[0].name) == reading.mapping.name]
