"""One engine for both databases: short transactions that write at once, and upserts by key."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError, SQLAlchemyError

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.ledger.tables import metadata

SETTING = "[salesforce_daktela] ledger_conn_id"
BUSY_SECONDS = 60
CHUNK = 900
"""Keys in one IN list, rows in one INSERT: below SQLite's and PostgreSQL's limits on bound values."""

LOCK = 7_242_026
"""PostgreSQL advisory lock that lets one process at a time create tables."""


@dataclass(frozen=True, slots=True)
class Database:
    """An engine with the two dialects' differences behind it."""

    engine: Engine

    @classmethod
    def open(cls, url: str) -> Database:
        """Return a database that answers. Raises ConfigurationError naming the setting, never showing a password."""
        try:
            engine = create_engine(url, hide_parameters=True, **_options(url))
            if engine.dialect.name == "sqlite":
                _prepare_sqlite(engine)
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except (SQLAlchemyError, NoSuchModuleError, ArgumentError, ModuleNotFoundError, OSError) as exc:
            raise _unreachable(url, exc) from None
        return cls(engine)

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that holds the write lock from its start, so that it never fails half way for want of it."""
        with self.engine.connect() as connection:
            if self.engine.dialect.name == "sqlite":
                connection.execute(text("BEGIN IMMEDIATE"))
            with contextlib.ExitStack() as stack:
                stack.callback(connection.rollback)
                yield connection
                connection.commit()

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading."""
        with self.engine.connect() as connection:
            yield connection

    def create_tables(self) -> None:
        """Create what is missing; several processes may do so at once.

        Raises ConfigurationError when the database may not be written to.
        """
        try:
            with self.write() as connection:
                if self.engine.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
                metadata.create_all(connection)
        except OperationalError as exc:
            raise _unreachable(self.engine.url.render_as_string(), exc) from None

    def upsert(
        self,
        connection: Connection,
        table: Table,
        rows: Sequence[Mapping[str, Any]],
        *,
        replace: Sequence[str],
        only_if: Any = None,
    ) -> None:
        """Insert ``rows``; where the key exists, replace the columns ``replace`` if ``only_if(excluded)`` holds."""
        make = postgresql.insert if self.engine.dialect.name == "postgresql" else sqlite.insert
        keys = [column.name for column in table.primary_key.columns]
        statement = make(table)
        if replace:
            statement = statement.on_conflict_do_update(
                index_elements=keys,
                set_={name: statement.excluded[name] for name in replace},
                where=None if only_if is None else only_if(statement.excluded),
            )
        else:
            statement = statement.on_conflict_do_nothing(index_elements=keys)
        connection.execute(statement, [dict(row) for row in rows])


def chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Split keys so that one statement's bound values stay within both databases' limits."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def _options(url: str) -> dict[str, Any]:
    if make_url(url).get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": BUSY_SECONDS}}
    return {"pool_pre_ping": True, "pool_size": 2}


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.close()


def _unreachable(url: str, exc: Exception) -> ConfigurationError:
    try:
        shown = make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        shown = "this address"
    reason = type(getattr(exc, "orig", None) or exc).__name__
    return ConfigurationError(
        f"the ledger at {shown} cannot be opened or written to ({reason})",
        where=SETTING,
        advice="name a connection to an existing PostgreSQL database, or leave it empty and make AIRFLOW_HOME writable",
    )
