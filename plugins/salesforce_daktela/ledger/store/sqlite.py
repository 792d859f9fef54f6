"""Settings of SQLite so that several processes share one ledger."""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import stat
import tempfile
from typing import Any

from sqlalchemy import Connection, Engine, event
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random

from salesforce_daktela.errors import TransportError

log = logging.getLogger(__name__)

OTHERS = 0o077
"""The permissions of group and others."""

BUSY_SECONDS = 60
"""Seconds that a writer waits for another one."""


def prepare(engine: Engine) -> Engine:
    """Let every connection of ``engine`` wait for others, use a write-ahead log, and begin transactions explicitly."""

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        # The driver would begin a deferred transaction itself, which fails when it has to become a writing one.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        cursor.execute("PRAGMA secure_delete = ON")
        _keep_log(cursor)
        cursor.close()

    return engine


def keep_private(place: str | None) -> None:
    """Create the file of a ledger before anyone else opens it, readable by its owner only.

    The files beside it get the same mode from SQLite; those of an earlier release are closed here. A file that belongs
    to somebody else stays as it is, and the log says so. What cannot be made is left to SQLite to refuse.

    A ledger that is there is not opened: closing it would take away the locks of every other connection of this
    process (https://www.sqlite.org/howtocorrupt.html, section 2.2), and another process would delete the log below it.
    """
    if not place or place == ":memory:" or place.startswith("file:"):
        return
    if not os.path.lexists(place):
        with contextlib.suppress(OSError):
            _create(place)
    for path in (place, f"{place}-wal", f"{place}-shm"):
        with contextlib.suppress(FileNotFoundError):
            _close_to_others(path)


def _create(place: str) -> None:
    """Make an empty file that has its name only when nobody will close it any more. Raises OSError if there is one."""
    made, path = tempfile.mkstemp(dir=os.path.dirname(place) or ".", prefix=f"{os.path.basename(place)}-")
    try:
        os.close(made)
        os.link(path, place)
    finally:
        os.unlink(path)


def _close_to_others(path: str) -> None:
    mode = stat.S_IMODE(os.stat(path).st_mode)
    if mode & OTHERS == 0:
        return
    try:
        os.chmod(path, mode & ~OTHERS)
    except PermissionError:
        log.warning("%s belongs to another user and may be read by others: have its owner take their rights away", path)


def scrub(connection: Connection) -> None:
    """Rewrite the file without deleted rows, and empty the write-ahead log, which contains older pages.

    Raises TransportError when somebody reads from the log for longer than ``BUSY_SECONDS``.
    """
    connection.exec_driver_sql("VACUUM")
    busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
    if busy:
        raise TransportError(
            "the rows are deleted, but others use the file, so its write-ahead log still holds them",
            where="ledger",
            advice="repeat it when no run is under way",
        )


def _keep_log(cursor: sqlite3.Cursor) -> None:
    """Switch the file to a write-ahead log: readers never wait. SQLite does not wait here, so we retry."""
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
