"""The CSV of one result page as a typed table. Pure."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.csv as pacsv

from salesforce_daktela.errors import IntegrityError
from salesforce_daktela.mapping.arrow_types import arrow_schema
from salesforce_daktela.mapping.schema import SourceSchema
from salesforce_daktela.salesforce.bulk.page_stream import WITHIN, BrokenPageError
from salesforce_daktela.salesforce.bulk.result_page import RawPage, ShortPageError, broken_download
from salesforce_daktela.salesforce.values import identified, texts_to_table

BLOCK = 1 << 18
"""Bytes unpacked and parsed at a time."""

LONGEST_RECORD = 16 << 20
"""The same where a record does not fit: an object may hold 1.6 million characters of long text."""

END_ROW = "," * 10_000
"""A row of more values than any page has columns. It stands on a line of its own after the page."""

END = f"\n{END_ROW}\n".encode()


def page_table(page: RawPage, schema: SourceSchema) -> pa.Table:
    """Return the page's rows.

    Raises ShortPageError when the number of rows is not the counted one, BrokenDownloadError when the page is not CSV,
    IntegrityError for other columns than requested, for values of another type, and as ``identified``.
    """
    try:
        table = _typed(page, schema)
    except BrokenPageError as exc:
        raise broken_download(f"the page is not whole ({exc})", page.where) from None
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
    try:
        if page.rows == 0 and not page.open().readall().strip():
            return wanted.empty_table()
        return _parse(page, wanted, BLOCK)
    except (pa.ArrowInvalid, UnicodeDecodeError):
        texts = pa.schema([(name, pa.string()) for name in wanted.names])
    try:
        parsed = _parse(page, texts, LONGEST_RECORD)
    except (pa.ArrowInvalid, UnicodeDecodeError) as exc:
        raise broken_download(f"the page is no CSV ({type(exc).__name__})", page.where) from None
    return texts_to_table(parsed, schema)


def _parse(page: RawPage, wanted: pa.Schema, block: int) -> pa.Table:
    """Null and empty are the same in Bulk's CSV; line breaks stay inside quotes.

    The parser takes a value that was cut for a shorter one. But then ``END_ROW`` becomes a part of it, and no row.
    """
    ended = False

    def skip_end(row: pacsv.InvalidRow) -> str:
        nonlocal ended
        ended = ended or row.text == END_ROW
        return "skip" if row.text == END_ROW else "error"

    parsed = pacsv.read_csv(
        page.open(END) if page.rows else io.BytesIO(page.open(END).readall()),  # the first piece holds all names
        read_options=pacsv.ReadOptions(block_size=block, use_threads=False),
        parse_options=pacsv.ParseOptions(newlines_in_values=True, invalid_row_handler=skip_end),
        convert_options=pacsv.ConvertOptions(
            column_types={field.name: field.type for field in wanted},
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
            null_values=[""],
        ),
    )
    if not ended:
        raise BrokenPageError(WITHIN)
    if parsed.column_names != wanted.names:
        raise IntegrityError(
            "the columns are not the ones that were asked for",
            where=page.where,
            advice="run again; if it repeats, report the API version in use",
        )
    return parsed
