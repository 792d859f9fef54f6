"""Writes one part, table by table."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.parquet as pq

from salesforce_daktela.staging.keys import PartRef


@dataclass(slots=True)
class PartWriter:
    """Writes each table as row groups of the file at once, so that only one table is in memory."""

    parquet: pq.ParquetWriter = field(repr=False)
    rows: int = 0
    published: PartRef | None = None

    @property
    def ref(self) -> PartRef:
        """The reference of the part. Raises ValueError while the part is not published."""
        if self.published is None:
            raise ValueError("this part is not published yet")
        return self.published

    def write(self, table: pa.Table) -> None:
        """Add a table. Raises ValueError for columns or values that do not fit the part's schema."""
        self.parquet.write_table(table.cast(self.parquet.schema))
        self.rows += table.num_rows
