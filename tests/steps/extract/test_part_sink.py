"""Parts of an extraction as they are written."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from fsspec.implementations.local import LocalFileSystem

from salesforce_daktela.staging.store import PartKey, PartRef, PartStore
from salesforce_daktela.steps.extract.part_sink import PartSink, repeating_columns
from salesforce_daktela.sync.window_plan import LARGEST_PART, MOST_TASKS, in_batches, rows_per_part

ROWS = 2_500
PAGE = pa.table(
    {
        "Id": [f"003{number:012d}AAA" for number in range(ROWS)],
        "Account.Industry": [None if number % 3 else f"industry {number % 5}" for number in range(ROWS)],
        "VIP__c": [number % 2 == 0 for number in range(ROWS)],
    }
)


def key(number: int) -> PartKey:
    """The key of one part of rows."""
    return PartKey(sync="crm", run="r", mapping="contacts", extraction="e1", kind="rows", number=number)


def test_only_columns_that_repeat_are_written_with_a_dictionary(tmp_path: Path) -> None:
    """Trying one for Ids costs time and space; what is read back is the same either way."""
    store = PartStore(LocalFileSystem(), str(tmp_path))
    sink = PartSink(store=store, schema=PAGE.schema, key_of=key, rows_per_part=ROWS)
    sink.add(PAGE)
    [part] = sink.parts
    group = pq.ParquetFile(tmp_path / part.path).metadata.row_group(0)
    columns = [group.column(index) for index in range(group.num_columns)]
    assert [column.path_in_schema for column in columns if column.has_dictionary_page] == ["Account.Industry"]
    assert store.read_part(part) == PAGE


def test_a_sink_goes_on_where_the_last_one_ended(tmp_path: Path) -> None:
    """Its parts have the next numbers, and the dictionaries of the first one."""
    store = PartStore(LocalFileSystem(), str(tmp_path))
    first = PartSink(store=store, schema=PAGE.schema, key_of=key, rows_per_part=ROWS, first_number=4)
    first.add(PAGE)
    then = first.following()
    assert then.empty
    then.add(PAGE)
    assert [part.path for part in (*first.parts, *then.parts)] == [key(4).path, key(5).path]
    assert then.read == 2 * ROWS
    assert then.repeating == first.repeating == ["Account.Industry"]


class CountingStore(PartStore):
    """Keeps nothing of what it is given but the number of rows."""

    def write_part(
        self, key: PartKey, tables: Iterable[pa.Table], schema: pa.Schema, repeating: Sequence[str] | None = None
    ) -> PartRef:
        return PartRef(path=key.path, rows=sum(table.num_rows for table in tables), size=0)


def test_sixty_million_rows_that_nobody_could_count() -> None:
    """A count that timed out says 2,001: parts grow as they are read, and every row is in one."""
    sink = PartSink(
        store=CountingStore(LocalFileSystem(), ""),
        schema=PAGE.schema,
        key_of=key,
        rows_per_part=rows_per_part(2_001, 10_000),
    )
    page, full = pa.table({"Id": pa.nulls(10_000, pa.string())}), 0
    for _ in range(6_000):
        sink.add(page)
        full += sink.empty
    sink.flush()
    assert sum(part.rows for part in sink.parts) == 60_000_000
    assert (len(sink.parts) < 1_400, max(part.rows for part in sink.parts)) == (True, LARGEST_PART)
    assert len(in_batches(sink.parts)) <= MOST_TASKS
    assert full == len(sink.parts) - 1 + (sink.parts[-1].rows == LARGEST_PART)


def test_columns_without_rows_do_not_fail() -> None:
    """An empty page has nothing to tell them apart by."""
    assert repeating_columns(PAGE.slice(0, 0)) == ["Id", "Account.Industry"]
