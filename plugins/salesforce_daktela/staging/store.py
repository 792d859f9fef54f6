"""Write, publish and read parts."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq

from salesforce_daktela.errors import ConfigurationError, IntegrityError
from salesforce_daktela.staging.keys import PartKey, PartRef, component

__all__ = ["PartKey", "PartRef", "PartStore"]


@dataclass(frozen=True, slots=True)
class PartStore:
    """Parts below ``base`` on ``filesystem``. A part appears under its name only when it is whole."""

    filesystem: fsspec.AbstractFileSystem
    base: str

    def write_part(self, key: PartKey, tables: Iterable[pa.Table], schema: pa.Schema) -> PartRef:
        """Write ``tables`` as the row groups of one part and publish it, replacing an earlier one of that key."""
        path = self._absolute(key.path)
        self.filesystem.makedirs(self._absolute(key.folder), exist_ok=True)
        partial = f"{path}.{uuid.uuid4().hex[:8]}.partial"
        rows = 0
        with self.filesystem.open(partial, "wb") as file, pq.ParquetWriter(file, schema, compression="zstd") as writer:
            for table in tables:
                writer.write_table(table.cast(schema))
                rows += table.num_rows
        self.filesystem.mv(partial, path)
        return PartRef(path=key.path, rows=rows, size=int(self.filesystem.size(path) or 0))

    def read_part(self, ref: PartRef, columns: Sequence[str] | None = None) -> pa.Table:
        """Return the rows of a part. Raises IntegrityError when it is missing or has lost rows."""
        try:
            with self.filesystem.open(self._absolute(ref.path), "rb") as file:
                table = pq.read_table(file, columns=None if columns is None else list(columns))
        except FileNotFoundError as exc:
            raise IntegrityError(
                "the part is no longer there: parts are deleted once their run has settled",
                where=ref.path,
                advice="clear the extract task of this mapping together with the ones after it",
            ) from exc
        if table.num_rows != ref.rows:
            raise IntegrityError(
                f"the part holds {table.num_rows} rows, {ref.rows} were written",
                where=ref.path,
                advice="clear the extract task of this mapping to read them again",
            )
        return table

    def delete_extraction(self, sync: str, run: str, mapping: str, extraction: str) -> None:
        """Delete every part of one extraction; it does not matter whether there are any."""
        self._delete("/".join(component(piece) for piece in (sync, run, mapping, extraction)))

    def delete_run(self, sync: str, run: str) -> None:
        """Delete every part of one run."""
        self._delete(f"{component(sync)}/{component(run)}")

    def check_writable(self) -> None:
        """Write, read and delete a small file. Raises ConfigurationError naming the setting."""
        probe = self._absolute(f".probe-{uuid.uuid4().hex[:8]}")
        try:
            self.filesystem.makedirs(self.base, exist_ok=True)
            self.filesystem.pipe_file(probe, b"probe")
            self.filesystem.rm(probe)
        except Exception as exc:
            raise ConfigurationError(
                f"cannot write to {self.base} ({type(exc).__name__})",
                where="[salesforce_daktela] staging_path",
                advice="give a folder or an object storage URL that every Airflow worker may write to",
            ) from exc

    def _delete(self, folder: str) -> None:
        path = self._absolute(folder)
        if self.filesystem.exists(path):
            self.filesystem.rm(path, recursive=True)

    def _absolute(self, path: str) -> str:
        return f"{self.base.rstrip('/')}/{path}"
