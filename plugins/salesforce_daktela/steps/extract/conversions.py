"""Which records were converted into those that are read and not known yet."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

import pyarrow as pa

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.ledger.records.entries import ExtractCheckpoint
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.mapping.schema import SourceSchema
from salesforce_daktela.salesforce.bulk.jobs import BulkRefusedError
from salesforce_daktela.salesforce.bulk.whole_job import read_whole_job
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.query import by_id, rest
from salesforce_daktela.salesforce.query.rest import QueryTimeoutError
from salesforce_daktela.salesforce.query.soql import MOST_IDS, build_soql, listed
from salesforce_daktela.salesforce.schema.describe import resolve
from salesforce_daktela.staging.store import PartRef
from salesforce_daktela.steps.extract.halving import read_window
from salesforce_daktela.steps.extract.kept_pages import KeptPages
from salesforce_daktela.steps.extract.queries import Read
from salesforce_daktela.steps.extract.reading import Reading
from salesforce_daktela.steps.run.conversion_schema import CONVERSION_SCHEMA
from salesforce_daktela.sync.window import Window

log = logging.getLogger(__name__)

LONGEST_RUN = timedelta(days=30)
"""After this time no conversion of a record that was read is changed any more before it is looked for."""

MANY = 20 * MOST_IDS
"""Above so many unknown records all conversions are read at once: that takes fewer requests."""


def read_conversions(
    reading: Reading, checkpoint: ExtractCheckpoint, parts: Sequence[PartRef], kept: KeptPages
) -> None:
    """Publish the conversions into those records of ``parts`` that have no object yet, also when there are none.

    Both records of a conversion are committed together, so whoever reads one of them finds the other by it.
    """
    if reading.spec.converted_into(reading.mapping.name):
        unknown, until = _unknown(reading, parts), checkpoint.read_at + LONGEST_RUN
        found = find_conversions(reading.salesforce, reading.spec, reading.mapping.name, unknown, until, kept.read)
        key = reading.key(checkpoint.extraction, "conversions", 0)
        reading.store.write_part(key, [found], CONVERSION_SCHEMA)


def find_conversions(
    salesforce: SalesforceClient,
    spec: SyncSpec,
    mapping: str,
    heirs: Sequence[str],
    until: datetime,
    read: Read = by_id.fetched,
) -> pa.Table:
    """Return the conversions of other mappings' records into ``heirs``, which are records of ``mapping``.

    Those with a change stamp from ``until`` on are left out. What REST takes too long for, also in the shortest window,
    is read by Bulk. Raises as queries do.
    """
    sources = spec.converted_into(mapping) if heirs else []
    pages = [page for source in sources for page in _of(salesforce, source, mapping, heirs, until, read)]
    return pa.concat_tables([CONVERSION_SCHEMA.empty_table(), *pages])


def _unknown(reading: Reading, parts: Sequence[PartRef]) -> list[str]:
    unknown: list[str] = []
    for part in parts:
        ids = reading.store.read_part(part, columns=["Id"])["Id"].to_pylist()
        known = reading.ledger.records.names(*reading.scope, ids)
        unknown += [id_ for id_ in ids if id_ not in known]
    return unknown


def _of(
    salesforce: SalesforceClient,
    source: MappingSpec,
    mapping: str,
    heirs: Sequence[str],
    until: datetime,
    read: Read,
) -> Iterator[pa.Table]:
    schema, field, cursor = _heir_field(salesforce, source, mapping)

    def query(condition: str, part: Window) -> str:
        return build_soql(schema, cursor=cursor, where=condition, window=part)

    def by_rest(condition: str, part: Window) -> Iterator[pa.Table]:
        soql = query(condition, part)
        return read(soql, partial(rest.read_rest, salesforce, soql, schema))

    def pages(condition: str) -> Iterator[pa.Table]:
        whole = Window(since=None, until=until)
        try:
            return iter(list(read_window(whole, partial(by_rest, condition))))
        except QueryTimeoutError as exc:
            log.warning("REST takes too long for conversions into %s; reading them by a Bulk job", mapping)
            return _by_job(salesforce, query(condition, whole), schema, exc)

    wanted = set(heirs)
    for condition in _conditions(field, heirs):
        for page in pages(condition):
            columns = {
                "heir": page[field],
                "mapping": pa.array([source.name] * page.num_rows, pa.string()),
                "id": page["Id"],
                "stamp": page[cursor],
            }
            rows = pa.table(columns).cast(CONVERSION_SCHEMA)
            yield rows.filter(pa.array([heir in wanted for heir in rows["heir"].to_pylist()], pa.bool_()))


def _heir_field(salesforce: SalesforceClient, source: MappingSpec, mapping: str) -> tuple[SourceSchema, str, str]:
    """The fields to read, the one of them that names who a record has become, and the change stamp."""
    path = source.becomes[mapping]
    found = resolve(salesforce, source.sobject, [path])
    if path in found.unknown:
        # A run of this mapping alone has not checked the other one.
        raise ConfigurationError(
            f"Salesforce's {source.sobject} has no field {path} that this user may read",
            where=f"mapping {source.name}",
            advice="check its spelling and its field-level security",
        )
    field = found.schema.field(path).path
    fields = {name: found.schema.fields[name] for name in ("Id", field, found.cursor)}
    return SourceSchema(sobject=found.schema.sobject, fields=fields), field, found.cursor


def _by_job(
    salesforce: SalesforceClient, soql: str, schema: SourceSchema, timeout: QueryTimeoutError
) -> Iterator[pa.Table]:
    try:
        yield from read_whole_job(salesforce, soql, schema)
    except BulkRefusedError:
        raise timeout from None


def _conditions(field: str, heirs: Sequence[str]) -> Iterator[str]:
    """Conditions that together find the conversions into ``heirs``, and perhaps others."""
    if len(heirs) > MANY:
        yield f"{field} != null"
        return
    for start in range(0, len(heirs), MOST_IDS):
        yield listed(field, heirs[start : start + MOST_IDS])
