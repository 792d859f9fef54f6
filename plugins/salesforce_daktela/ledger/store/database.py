"""One engine for both databases: short transactions that take their lock at the start, and upserts by key."""

from __future__ import annotations

import contextlib
import functools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    ColumnElement,
    Connection,
    Engine,
    Executable,
    Function,
    Result,
    Select,
    String,
    Table,
    TextClause,
    any_,
    bindparam,
    func,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from salesforce_daktela.errors import TransportError
from salesforce_daktela.ledger.store.database_errors import is_passing, is_refusal, leads_to_a_standby
from salesforce_daktela.ledger.store.engine import SETTING, make_engine, parse, reason, shown, unreachable, unusable
from salesforce_daktela.ledger.store.sqlite import BUSY_SECONDS, scrub

CHUNK = 900
"""Keys in one IN list: fewer than the bound values that any build of SQLite allows."""

ASKED = 5_000
"""Keys in one query that returns a row for each."""

IDLE_SECONDS = 30
"""Seconds after which PostgreSQL ends a writing transaction whose process says nothing: it or its machine is lost."""


@dataclass(frozen=True, slots=True)
class Database:
    """An engine that hides the differences of the two dialects. Open it in the process that uses it, after any fork."""

    engine: Engine

    @classmethod
    def open(cls, url: str) -> Database:
        """Return a database that has answered. Errors name the setting and never show a password.

        Raises ConfigurationError when it refuses us, TransportError when it cannot be reached just now.
        """
        parsed = parse(url)
        try:
            engine = make_engine(parsed)
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except ModuleNotFoundError as exc:
            raise unusable(parsed, exc) from None
        except DBAPIError as exc:
            raise (unusable if is_refusal(exc.orig) else unreachable)(parsed, exc) from None
        return cls(engine)

    @property
    def shown(self) -> str:
        """The address without its password."""
        return shown(self.engine.url)

    @property
    def on_one_machine(self) -> bool:
        """Whether it is a file, which processes of other machines must not use."""
        return self.engine.dialect.name == "sqlite"

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()

    def scrub(self) -> None:
        """Wipe deleted rows from a SQLite file and the files beside it; PostgreSQL leaves this to vacuum.

        Raises TransportError while others use the file.
        """
        if self.engine.dialect.name == "sqlite":
            with self._speaking(), self.engine.connect() as connection:
                scrub(connection)

    @contextlib.contextmanager
    def write(self, *scope: str) -> Iterator[Connection]:
        """A transaction that excludes others of its ``scope``, usually sync and mapping, from its first statement on.

        So what it reads stays valid until it has written, and no deadlock is possible. SQLite allows one writer to the
        whole file. Raises TransportError when the database fails or stays locked,
        ConfigurationError when it may not be written to.
        """
        with self._speaking(), self.engine.connect() as connection:
            if self.engine.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            self.lock(connection, *scope)
            yield connection
            connection.commit()

    def lock(self, connection: Connection, *scope: str) -> None:
        """Exclude others from one more scope, always after its own: the fixed order prevents deadlocks."""
        if self.engine.dialect.name == "postgresql":
            connection.execute(_locking(), {"scope": "/".join(("salesforce_daktela", *scope))})

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading; it does not wait for writers. Raises TransportError when the database fails."""
        with self._speaking(), self.engine.connect() as connection:
            yield connection

    def without_compiling(self, connection: Connection) -> None:
        """Let PostgreSQL run this transaction's queries as they are: compiling a long one takes it seconds."""
        if self.engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL jit = off")

    def by_lookups(self, connection: Connection) -> None:
        """Let PostgreSQL join by looking rows up: it would read all of a million records to find some thousands."""
        if self.engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_hashjoin = off")

    def among(self, column: ColumnElement[str]) -> ColumnElement[bool]:
        """Whether ``column`` is among the keys that ``look_up`` binds as one value: binding many values costs more than
        the lookup.
        """
        return _among(self.engine.dialect.name, column)

    def look_up(self, connection: Connection, query: Select[Any], values: Sequence[str]) -> Result[*tuple[Any, ...]]:
        """The rows of a query with ``among`` for these keys.

        For some thousands of keys PostgreSQL would read a whole table of a million rows, each time, and compile the
        query first.
        """
        if self.engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off; SET LOCAL jit = off")
            return connection.execute(query, {"among": list(values)})
        return connection.execute(query, {"among": json.dumps(list(values))})

    def rows_among(
        self, query: Select[Any], column: ColumnElement[str], values: Iterable[str], at_once: int
    ) -> Iterator[Any]:
        """The rows of ``query`` whose ``column`` is among ``values``, asked for in the order of the index."""
        wanted = query.where(self.among(column))
        with self.read() as connection:
            for chunk in chunks(sorted(set(values)), at_once):
                yield from self.look_up(connection, wanted, chunk).all()

    def mapped(self, key: ColumnElement[str], value: ColumnElement[Any]) -> Function[dict[str, Any]]:
        """All rows as one JSON object, null or empty when there are none: a Python object for each row costs more than
        the query.
        """
        gather = func.json_object_agg if self.engine.dialect.name == "postgresql" else func.json_group_object
        return gather(key, value, type_=JSON)

    def hexadecimal(self, column: ColumnElement[bytes]) -> ColumnElement[str]:
        """Bytes as hexadecimal text, whose letters are small in one database and capital in the other."""
        if self.engine.dialect.name == "postgresql":
            return func.encode(column, "hex", type_=String)
        return func.hex(column, type_=String)

    def upsert(
        self,
        connection: Connection,
        table: Table,
        rows: Sequence[Mapping[str, Any]],
        *,
        replace: Sequence[str],
        only_if: Callable[[Any], ColumnElement[bool]] | None = None,
    ) -> None:
        """Insert ``rows``; where the key exists, replace the columns ``replace`` if ``only_if(excluded)`` holds.

        No two rows may have one key: PostgreSQL refuses that and SQLite keeps the last.
        """
        if not rows:
            return
        statement = _upsert(self.engine.dialect.name, table, tuple(replace), only_if)
        connection.execute(statement, [dict(row) for row in rows])

    @contextlib.contextmanager
    def _speaking(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as exc:
            if is_refusal(exc.orig):
                raise unusable(self.engine.url, exc) from None
            if leads_to_a_standby(exc.orig):
                self.engine.dispose()
            if not isinstance(exc, OperationalError | InterfaceError) and not is_passing(exc.orig):
                raise
            raise TransportError(
                f"the ledger at {shown(self.engine.url)} failed ({reason(self.engine.url, exc)})",
                where=SETTING,
                advice="no step was saved in part; the next try goes on from what was saved",
            ) from None


def _locking() -> TextClause:
    """The statement that takes a lock until the transaction ends: one round trip with the bounds of both sides' waits.

    A machine that is lost amid a transaction would keep its lock until the server's TCP gives up, after hours.
    """
    return text(
        f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'; "
        f"SET LOCAL idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'; "
        "SELECT pg_advisory_xact_lock(hashtextextended(:scope, 0))"
    )


@functools.lru_cache
def _among(dialect: str, column: ColumnElement[str]) -> ColumnElement[bool]:
    """A condition on a few keys takes longer to build than to answer, and there are only a few columns."""
    if dialect == "postgresql":
        return column == any_(bindparam("among", type_=ARRAY(String)))
    return column.in_(select(func.json_each(bindparam("among", type_=String)).table_valued("value").c.value))


@functools.lru_cache
def _upsert(
    dialect: str, table: Table, replace: tuple[str, ...], only_if: Callable[[Any], ColumnElement[bool]] | None
) -> Executable:
    """The statement of an upsert. Building it takes as long as inserting twenty rows, and there are only a few."""
    statement = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table)
    keys = [column.name for column in table.primary_key.columns]
    if not replace:
        return statement.on_conflict_do_nothing(index_elements=keys)
    return statement.on_conflict_do_update(
        index_elements=keys,
        set_={name: statement.excluded[name] for name in replace},
        where=None if only_if is None else only_if(statement.excluded),
    )


def chunks(values: Sequence[str], size: int = CHUNK) -> Iterator[Sequence[str]]:
    """Split keys so that one statement's bound values stay within both databases' limits."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
