"""Reads records by their Ids: as many in one query as fit into a request, or a Bulk job if too few would fit."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from salesforce_daktela.errors import IntegrityError
from salesforce_daktela.mapping.schema import SourceSchema
from salesforce_daktela.salesforce.bulk.jobs import BulkRefusedError
from salesforce_daktela.salesforce.bulk.refused import neither_way
from salesforce_daktela.salesforce.bulk.whole_job import read_whole_job
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.query import rest
from salesforce_daktela.salesforce.query.soql import LONGEST_STATEMENT, build_soql, ids_that_fit
from salesforce_daktela.salesforce.wire.ids import long_id

log = logging.getLogger(__name__)

FEW = 20
"""Ids in one query. If fewer fit, a Bulk job needs fewer requests for many Ids."""

MOST_QUERIES = 20
"""Queries with few Ids; if more were needed, a Bulk job is used."""

LISTED = len("'001xx000003DGb2AAG',")

Fetch = Callable[[rest.QueryProgress], Iterator[pa.Table]]


def fetched(_soql: str, fetch: Fetch) -> Iterator[pa.Table]:
    """Read all pages of a query, from the first one."""
    return fetch(rest.QueryProgress())


def read_by_id(
    client: SalesforceClient,
    build: Callable[[Sequence[str]], str],
    schema: SourceSchema,
    ids: Sequence[str],
    read: Callable[[str, Fetch], Iterator[pa.Table]] = fetched,
) -> Iterator[pa.Table]:
    """Yield the rows of ``build``'s query, each Id once, in the order given; 15-character Ids become 18-character ones.

    ``read`` gets each query and a function that reads its pages, so that it can leave out pages that it already has.
    Raises as ``neither_way`` when the query with a single Id is too long for REST and Bulk refuses it, IntegrityError
    for a record that was not requested.
    """
    whole = list(dict.fromkeys(long_id(id_) for id_ in ids))
    if not whole:
        return
    fit, done = ids_that_fit(build(whole[:1]), client.longest_query), 0
    step = 1 + max(0, LONGEST_STATEMENT - len(build(whole[:1]))) // LISTED
    while done < len(whole) and fit < FEW and len(whole) > MOST_QUERIES * fit:
        some = whole[done : done + step]
        try:
            yield from read(build(some), partial(_by_job, client, build(some), schema, some))
        except BulkRefusedError as exc:
            if fit == 0:
                raise neither_way(exc, schema.sobject) from exc
            log.warning("Salesforce refuses a Bulk job here; reading %d Ids in each query instead: %s", fit, exc)
            break
        done += step
    for start in range(done, len(whole), max(1, fit)):
        some = whole[start : start + fit]
        yield from read(build(some), partial(_by_rest, client, build(some), schema, some))


def passing_ids(
    client: SalesforceClient,
    schema: SourceSchema,
    ids: Sequence[str],
    *,
    cursor: str,
    where: str | None,
    read: Callable[[str, Fetch], Iterator[pa.Table]] = fetched,
) -> set[str]:
    """Return the Ids among ``ids`` whose records pass a mapping's ``where``; all of them where there is none.

    ``read`` is as for ``read_by_id``.
    """
    if where is None or not ids:
        return set(ids)
    only = replace(schema, fields={"Id": schema.fields["Id"]})
    pages = read_by_id(client, lambda some: build_soql(only, cursor=cursor, where=where, ids=some), only, ids, read)
    return {id_ for page in pages for id_ in page["Id"].to_pylist()}


def _asked(pages: Iterator[pa.Table], ids: Sequence[str], schema: SourceSchema) -> Iterator[pa.Table]:
    for page in pages:
        if not pc.all(pc.is_in(page["Id"], value_set=pa.array(ids, pa.string()))).as_py():
            raise IntegrityError(
                "Salesforce sent a record that was not asked for", where=f"query of {schema.sobject}", advice=rest.AGAIN
            )
        yield page


def _by_rest(
    client: SalesforceClient, soql: str, schema: SourceSchema, ids: Sequence[str], place: rest.QueryProgress
) -> Iterator[pa.Table]:
    return _asked(rest.read_rest(client, soql, schema, place), ids, schema)


def _by_job(
    client: SalesforceClient, soql: str, schema: SourceSchema, ids: Sequence[str], _place: rest.QueryProgress
) -> Iterator[pa.Table]:
    return _asked(read_whole_job(client, soql, schema), ids, schema)
