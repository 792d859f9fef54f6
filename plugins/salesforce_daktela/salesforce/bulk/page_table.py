"""The CSV of one result page as a typed table. Pure."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.csv as pacsv

from salesforce_daktela.errors import IntegrityError
from salesforce_daktela.mapping.arrow_types import arrow_schema
from salesforce_daktela.mapping.schema import SourceSchema
from salesforce_daktela.salesforce.bulk.result_page import RawPage, ShortPageError, broken_download
from salesforce_daktela.salesforce.values import identified, texts_to_table

BLOCK = 4 << 20
"""Bytes parsed at a time, at least. A record must fit: an object may hold 1.6 million characters of long text."""

LONGEST_RECORD = 16 << 20


def page_table(page: RawPage, schema: SourceSchema) -> pa.Table:
    """Return the page's rows.

    Raises ShortPageError when the number of rows is not the counted one, BrokenDownloadError when the page is not CSV,
    IntegrityError for other columns than requested, for values of another type, and as ``identified``.
    """
    table = _typed(page, schema)
    if page.rows is not None and page.rows != table.num_rows:
        raise ShortPageError(
            f"the page's header counts {page.rows} rows, {table.num_rows} arrived",
            where=page.where,
            advice="the download was cut; nothing of it is kept",
        )
    return identified(table)


def _typed(page: RawPage, schema: SourceSchema) -> pa.Table:
    """Parse the page into its types directly; if a value is spelled differently, parse it as text and convert it."""
    wanted = arrow_schema(schema)
    if page.rows == 0 and not page.body.strip():
        return wanted.empty_table()
    try:
        return _parse(page, wanted)
    except (pa.ArrowInvalid, UnicodeDecodeError):
        texts = pa.schema([(name, pa.string()) for name in wanted.names])
    try:
        parsed = _parse(page, texts)
    except (pa.ArrowInvalid, UnicodeDecodeError) as exc:
        raise broken_download(f"the page is no CSV ({type(exc).__name__})", page.where) from None
    return texts_to_table(parsed, schema)


def _parse(page: RawPage, wanted: pa.Schema) -> pa.Table:
    """Null and empty are the same in Bulk's CSV; line breaks stay inside quotes."""
    with pacsv.open_csv(
        pa.BufferReader(page.body if page.body.endswith(b"\n") else page.body + b"\n"),
        read_options=pacsv.ReadOptions(block_size=min(LONGEST_RECORD, max(BLOCK, len(page.body))), use_threads=False),
        parse_options=pacsv.ParseOptions(newlines_in_values=True),
        convert_options=pacsv.ConvertOptions(
            column_types={field.name: field.type for field in wanted},
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
            null_values=[""],
        ),
    ) as reader:
        if reader.schema.names != wanted.names:
            raise IntegrityError(
                "the columns are not the ones that were asked for",
                where=page.where,
                advice="run again; if it repeats, report the API version in use",
            )
        return reader.read_all()
