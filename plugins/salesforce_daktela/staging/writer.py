"""Write one part, table by table."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.parquet as pq

from salesforce_daktela.staging.keys import PartRef


@dataclass(slots=True)
class PartWriter:
    """Takes tables of one part; each becomes row groups of the file, so none is held longer than its own writing."""

    parquet: pq.ParquetWriter = field(repr=False)
    rows: int = 0
    published: PartRef | None = None

    @property
    def ref(self) -> PartRef:
        """How to find the part. Raises ValueError while it is being written: nobody may look for it yet."""
        if self.published is None:
            raise ValueError("this part is not published yet")
        return self.published

    def write(self, table: pa.Table) -> None:
        """Add a table. Raises ValueError for columns or values that are not the part's."""
        self.parquet.write_table(table.cast(self.parquet.schema))
        self.rows += table.num_rows
