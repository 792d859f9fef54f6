"""A task's temporary tables about millions of records: on this machine's disk, deleted when the task ends."""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CACHE_KIB = 16_384
MOST_BOUND = 900
"""Values in one IN list: every build of SQLite accepts that many."""


@dataclass(frozen=True, slots=True)
class Scratch:
    """A private SQLite file. Not shared between threads."""

    connection: sqlite3.Connection

    def run(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each of ``rows``."""
        self.connection.executemany(statement, rows)

    def read(self, query: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield rows as they are read from the disk."""
        yield from self.connection.execute(query, values)

    def among(self, query: str, values: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query that ends in ``IN``, for any number of values."""
        for start in range(0, len(values), MOST_BOUND):
            chunk = values[start : start + MOST_BOUND]
            yield from self.connection.execute(f"{query} ({','.join('?' * len(chunk))})", chunk)

    def batches(self, query: str, size: int) -> Iterator[list[Any]]:
        """Yield the first column of a query's rows in lists of at most ``size``."""
        cursor = self.connection.execute(query)
        while chunk := cursor.fetchmany(size):
            yield [row[0] for row in chunk]


@contextlib.contextmanager
def open_scratch(tables: str) -> Iterator[Scratch]:
    """Open an empty file with ``tables``, which are SQL; it is deleted when the block ends.

    It may hold Ids, names and salted hashes, as the ledger does.
    """
    with (
        tempfile.TemporaryDirectory(prefix="salesforce_daktela_") as folder,
        contextlib.closing(sqlite3.connect(Path(folder) / "scratch.db", isolation_level=None)) as connection,
    ):
        # The file is deleted with the task, so it need not survive a crash: no journal, one long transaction.
        connection.executescript(
            f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-{CACHE_KIB}; {tables}; BEGIN"
        )
        yield Scratch(connection)
