"""Publishes, reads and deletes parts."""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
from fsspec.implementations.local import LocalFileSystem

from salesforce_daktela.errors import ConfigurationError, IntegrityError, TransportError
from salesforce_daktela.staging.keys import HANDED_ON, PartKey, PartRef, folder_of, kind_of
from salesforce_daktela.staging.publishing import copy_file, forget_listings, make_folder, publishing
from salesforce_daktela.staging.writer import PartWriter

__all__ = ["PartKey", "PartRef", "PartStore", "PartWriter"]

SETTING = "[salesforce_daktela] staging_path"
READ_AGAIN = "clear the extract task of this mapping together with the ones after it"
BATCH_ROWS = 10_000
FORMAT: dict[str, Any] = {"compression": "zstd", "write_statistics": False, "dictionary_pagesize_limit": 1 << 16}
"""No reader uses statistics; a dictionary of more than 64 KiB costs more than it saves."""


@dataclass(frozen=True, slots=True)
class PartStore:
    """Parts below ``base`` on ``filesystem``. A part gets its name only when it is complete."""

    filesystem: fsspec.AbstractFileSystem
    base: str

    def __post_init__(self) -> None:
        forget_listings(self.filesystem)

    @property
    def local(self) -> bool:
        """Whether parts are in a folder that this machine sees as its own; it may be a mounted one."""
        return isinstance(self.filesystem, LocalFileSystem)

    def write_part(
        self, key: PartKey, tables: Iterable[pa.Table], schema: pa.Schema, repeating: Sequence[str] | None = None
    ) -> PartRef:
        """Write ``tables`` as one part and publish it, replacing an earlier one of that key.

        ``repeating`` are the columns for which a dictionary saves space; with None, each column is tried.
        """
        with self.part_writer(key, schema, repeating) as writer:
            for table in tables:
                writer.write(table)
        return writer.ref

    @contextlib.contextmanager
    def part_writer(
        self, key: PartKey, schema: pa.Schema, repeating: Sequence[str] | None = None
    ) -> Iterator[PartWriter]:
        """Open a part for writing. When the block succeeds, the part is published and ``writer.ref`` refers to it.

        ``repeating`` is as in ``write_part``. When the block fails, nothing is published, and an earlier part of that
        key stays as it is.
        """
        make_folder(self.filesystem, self.base, key.folder)
        dictionary = True if repeating is None else list(repeating)
        with publishing(self.filesystem, self._absolute(key.path)) as file:
            with pq.ParquetWriter(file, schema, use_dictionary=dictionary, **FORMAT) as parquet:
                writer = PartWriter(parquet)
                yield writer
            size = int(file.tell())
        writer.published = PartRef(path=key.path, rows=writer.rows, size=size)

    def find_part(self, key: PartKey) -> PartRef | None:
        """Return the part of that key if it was published. Raises IntegrityError when it is damaged."""
        try:
            file = self.filesystem.open(self._absolute(key.path), "rb")
        except FileNotFoundError:
            return None
        with file, _reading(PartRef(path=key.path, rows=0, size=0)):
            rows = pq.ParquetFile(file).metadata.num_rows
            return PartRef(path=key.path, rows=rows, size=int(file.seek(0, os.SEEK_END)))

    @contextlib.contextmanager
    def open_part(self, ref: PartRef) -> Iterator[pq.ParquetFile]:
        """Open a part for reading in batches. Raises IntegrityError when it is missing, damaged or lacks rows."""
        with contextlib.ExitStack() as opened:
            with _reading(ref):
                file = opened.enter_context(self.filesystem.open(self._absolute(ref.path), "rb"))
                part = opened.enter_context(pq.ParquetFile(file))
                _check_rows(ref, part.metadata.num_rows)
            yield part

    def iter_batches(
        self, ref: PartRef, columns: Sequence[str] | None = None, batch_rows: int = BATCH_ROWS
    ) -> Iterator[pa.RecordBatch]:
        """Yield the rows of a part in order, at most ``batch_rows`` at a time. Raises as ``open_part``."""
        with self.open_part(ref) as part, _reading(ref):
            yield from part.iter_batches(batch_size=batch_rows, columns=None if columns is None else list(columns))

    def read_part(self, ref: PartRef, columns: Sequence[str] | None = None) -> pa.Table:
        """Return the rows of a part. Raises IntegrityError like ``open_part``."""
        with self.open_part(ref) as part, _reading(ref):
            return part.read(columns=None if columns is None else list(columns))

    def holds(self, ref: PartRef) -> bool:
        """Whether the part is there."""
        return bool(self.filesystem.exists(self._absolute(ref.path)))

    def copy_part(self, ref: PartRef, to: PartRef) -> None:
        """Publish a copy of a part under another name, only when the copy is complete."""
        make_folder(self.filesystem, self.base, to.path.rpartition("/")[0])
        copy_file(self.filesystem, self._absolute(ref.path), self._absolute(to.path))

    def list_parts(self, sync: str, run: str) -> list[str]:
        """Return the sorted paths of a run's published parts, relative to the staging folder."""
        return [path for path in self._files(folder_of(sync, run)) if path.endswith(".parquet")]

    def list_files(self, sync: str) -> list[str]:
        """Return the sorted paths of all files of a sync, incomplete ones too, relative to the staging folder."""
        return self._files(folder_of(sync))

    def batches_of(self, path: str, batch_rows: int, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Yield the rows of any file. Raises ArrowInvalid or OSError when it is not a complete part."""
        with self.filesystem.open(self._absolute(path), "rb") as file, pq.ParquetFile(file) as part:
            yield from part.iter_batches(batch_size=batch_rows, columns=None if columns is None else list(columns))

    def delete_file(self, path: str) -> None:
        """Delete one file; it need not exist."""
        with contextlib.suppress(FileNotFoundError):
            self.filesystem.rm_file(self._absolute(path))

    def delete_extraction(self, sync: str, run: str, mapping: str, extraction: str) -> None:
        """Delete all parts of one extraction, if there are any."""
        self._delete(folder_of(sync, run, mapping, extraction))

    def delete_values(self, sync: str, run: str, mapping: str, extraction: str) -> bool:
        """Delete the parts of one extraction that hold values; return whether other parts are left.

        These are published parts of the kinds ``HANDED_ON``, for tasks of other mappings.
        """
        folder = folder_of(sync, run, mapping, extraction)
        files = self._files(folder)
        left = {path for path in files if path.endswith(".parquet") and kind_of(path) in HANDED_ON}
        if not left:
            self._delete(folder)
        for path in files if left else ():
            if path not in left:
                self.delete_file(path)
        return bool(left)

    def delete_sync(self, sync: str) -> None:
        """Delete all parts of one sync, if there are any."""
        self._delete(folder_of(sync))

    def delete_run(self, sync: str, run: str) -> None:
        """Delete all parts of one run, if there are any."""
        self._delete(folder_of(sync, run))

    def check_writable(self) -> None:
        """Write, read and delete a small file.

        Raises ConfigurationError that names the setting, or TransportError when the storage cannot be reached or does
        not answer as it should: then a later try may succeed.
        """
        probe = self._absolute(f".probe-{uuid.uuid4().hex[:8]}")
        try:
            make_folder(self.filesystem, self.base, "")
            self.filesystem.pipe_file(probe, b"probe")
            kept = self.filesystem.cat_file(probe) == b"probe"
            self.filesystem.rm_file(probe)
        except (FileNotFoundError, FileExistsError, NotADirectoryError, PermissionError, ValueError) as exc:
            raise self._unwritable(type(exc).__name__) from exc
        except Exception as exc:
            raise TransportError(
                f"the storage of parts does not answer ({type(exc).__name__})",
                where=f"{SETTING}, {self.base}",
                advice="it is asked again; if it stays so, check the storage, its address and the network between",
            ) from exc
        if not kept:
            raise self._unwritable("what is written does not read back")

    def _unwritable(self, reason: str) -> ConfigurationError:
        return ConfigurationError(
            f"cannot write to {self.base} ({reason})",
            where=SETTING,
            advice="give a folder or an object storage URL that every Airflow worker may write to",
        )

    def _files(self, folder: str) -> list[str]:
        path = self._absolute(folder)
        found = self.filesystem.find(path)
        start = len(self.filesystem._strip_protocol(self.base).rstrip("/")) + 1
        return sorted(each[start:] for each in found)

    def _delete(self, folder: str) -> None:
        path = self._absolute(folder)
        with contextlib.suppress(FileNotFoundError):
            self.filesystem.rm(path, recursive=True)

    def _absolute(self, path: str) -> str:
        return f"{self.base.rstrip('/')}/{path}"


@contextlib.contextmanager
def _reading(ref: PartRef) -> Iterator[None]:
    """Raise IntegrityError for a missing or damaged part; errors of the storage itself are not changed."""
    try:
        yield
    except FileNotFoundError as exc:
        raise IntegrityError(
            "the part is no longer there: parts are deleted once their run has settled",
            where=ref.path,
            advice=READ_AGAIN,
        ) from exc
    except (pa.ArrowInvalid, OSError) as exc:
        # Arrow raises a plain OSError for damaged pages; errors of a storage have an error number or a subclass.
        if isinstance(exc, OSError) and (exc.errno is not None or type(exc) is not OSError):
            raise
        raise IntegrityError("the part is damaged", where=ref.path, advice=READ_AGAIN) from exc


def _check_rows(ref: PartRef, found: int) -> None:
    if found != ref.rows:
        raise IntegrityError(f"the part holds {found} rows, {ref.rows} were written", where=ref.path, advice=READ_AGAIN)
