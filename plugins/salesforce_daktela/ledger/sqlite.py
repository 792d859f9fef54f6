"""How SQLite is set up so that several processes share one ledger."""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy import Engine, event
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random

BUSY_SECONDS = 60
"""How long a writer waits for another to finish."""


def prepare(engine: Engine) -> Engine:
    """Make every connection of ``engine`` wait for others, keep a write-ahead log, and begin only when told to."""

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        # The driver would begin a deferred transaction by itself, which fails when it has to become a writing one.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        _keep_log(cursor)
        cursor.close()

    return engine


def _keep_log(cursor: sqlite3.Cursor) -> None:
    """Switch the file to a write-ahead log: readers never wait. SQLite does not wait for its turn here, so we do."""
    if cursor.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
        return
    turns = Retrying(
        retry=retry_if_exception(_locked),
        wait=wait_random(0.01, 0.1),
        stop=stop_after_delay(BUSY_SECONDS),
        reraise=True,
    )
    turns(cursor.execute, "PRAGMA journal_mode = WAL")


def _locked(exc: BaseException) -> bool:
    return isinstance(exc, sqlite3.OperationalError) and exc.sqlite_errorcode & 0xFF in (
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
    )
