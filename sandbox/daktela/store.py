"""The instance's records, in a SQLite file that is deleted at once."""

from __future__ import annotations

import json
import sqlite3
import tempfile
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from sandbox.daktela.models import Model
from sandbox.daktela.tables import TABLES, VALUES, start_script

CACHE_KIB = 65536
_FINDS = {name: sa.select(table).where(table.c.name == sa.bindparam("wanted")) for name, table in TABLES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One stored record. ``id`` is the internal number in ``_sys.hash``; ``values`` are the standard columns."""

    model: Model
    id: int
    values: Mapping[str, Any]
    custom: Mapping[str, list[str]] = field(default_factory=dict)
    deleted: bool = False

    @property
    def name(self) -> str:
        """The unique name."""
        return str(self.values["name"])


class Store:
    """Records by model and name. Deleted records are hidden until their name is used again or they are erased.

    Every method takes the lock, so tests may change records from another thread.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.tables, self.values = TABLES, VALUES
        self._file = _connect()
        self._engine = sa.create_engine(
            "sqlite://", creator=lambda: self._file, poolclass=StaticPool, isolation_level="AUTOCOMMIT"
        )
        self._connection = self._engine.connect()
        # Users, databases and types are read for every write and hardly ever change.
        self._catalogue: dict[tuple[str, str], Record] = {}
        self.clear()

    def clear(self) -> None:
        """Delete all records."""
        with self.lock:
            self._catalogue.clear()
            self._file.executescript(start_script())

    def close(self) -> None:
        """Close the file."""
        with self.lock:
            self._connection.close()
            self._engine.dispose()

    def find(self, model: Model, name: str, *, deleted: bool = False) -> Record | None:
        """Return the record with exactly this name, None when there is none or it was deleted."""
        known = self._catalogue.get((model.name, name))
        if known is not None:
            return known
        row = next(iter(self.rows(_FINDS[model.name], {"wanted": name})), None)
        if row is None or (row["_deleted"] and not deleted):
            return None
        record = self.record(model, row)
        if not model.writable and not record.deleted:
            self._catalogue[model.name, name] = record
        return record

    def exists(self, model: Model, name: str) -> bool:
        """Whether a record of this name can be referenced."""
        return self.find(model, name) is not None

    def insert(self, model: Model, values: Mapping[str, Any], custom: Mapping[str, list[str]] | None = None) -> Record:
        """Store a new record. A deleted one of the same name must be erased first."""
        with self.lock:
            row = dict(values)
            if model.custom:
                row["_custom"] = json.dumps(custom or {}, ensure_ascii=False)
            inserted = self._connection.execute(sa.insert(self.tables[model.name]), row)
            key = inserted.inserted_primary_key
            record = Record(model=model, id=int(key[0]) if key else 0, values=values, custom=custom or {})
            self._add_values(model, record.id, record.custom)
            return record

    def insert_many(self, model: Model, rows: Sequence[tuple[Mapping[str, Any], Mapping[str, list[str]]]]) -> None:
        """Store many new records at once: for seeding and for large experiments."""
        table = self.tables[model.name]
        with self.lock:
            start = self._connection.execute(sa.select(sa.func.coalesce(sa.func.max(table.c._id), 0))).scalar_one() + 1
            numbered = list(enumerate(rows, start))
            self._connection.exec_driver_sql("BEGIN")
            self._connection.execute(
                sa.insert(table),
                [
                    {**values, "_id": key, "_deleted": False}
                    | ({"_custom": json.dumps(custom, ensure_ascii=False)} if model.custom else {})
                    for key, (values, custom) in numbered
                ],
            )
            pairs = [pair for key, (_, custom) in numbered for pair in _pairs(key, custom)]
            if pairs:
                self._connection.execute(sa.insert(self.values[model.name]).prefix_with("OR IGNORE"), pairs)
            self._connection.exec_driver_sql("COMMIT")

    def update(
        self, record: Record, values: Mapping[str, Any], custom: Mapping[str, list[str]] | None = None
    ) -> Record:
        """Change the given columns; ``custom`` replaces the whole map when it is given."""
        model, table = record.model, self.tables[record.model.name]
        with self.lock:
            self._catalogue.pop((model.name, record.name), None)
            row = dict(values)
            kept = record.custom if custom is None else custom
            if model.custom and custom is not None:
                row["_custom"] = json.dumps(custom, ensure_ascii=False)
                self._drop_values(model, record.id, _changed(record.custom, custom))
                self._add_values(model, record.id, _changed(custom, record.custom))
            self._connection.execute(
                sa.update(table).where(table.c._id == sa.bindparam("key")), {**row, "key": record.id}
            )
            return Record(
                model=model, id=record.id, values={**record.values, **values}, custom=kept, deleted=record.deleted
            )

    def delete(self, record: Record) -> None:
        """Hide a record; references to it remain in other records and read as null."""
        table = self.tables[record.model.name]
        with self.lock:
            self._catalogue.pop((record.model.name, record.name), None)
            self._connection.execute(sa.update(table).where(table.c._id == record.id).values(_deleted=True))

    def erase(self, record: Record) -> None:
        """Delete a record completely, with its name."""
        table = self.tables[record.model.name]
        with self.lock:
            self._catalogue.pop((record.model.name, record.name), None)
            if record.model.custom:
                self._drop_values(record.model, record.id, record.custom)
            self._connection.execute(sa.delete(table).where(table.c._id == record.id))

    def repoint(self, model: Model, column: str, old: str, new: str) -> None:
        """Make every reference to ``old`` in one column refer to ``new``."""
        table = self.tables[model.name]
        with self.lock:
            self._connection.execute(sa.update(table).where(table.c[column] == old).values({column: new}))

    def rows(self, statement: sa.Select[Any], parameters: Mapping[str, Any] | None = None) -> list[sa.RowMapping]:
        """Return the rows of a select."""
        with self.lock:
            return list(self._connection.execute(statement, dict(parameters or {})).mappings())

    def count(self, model: Model, condition: sa.ColumnElement[bool] | None = None, *, deleted: bool = False) -> int:
        """Return how many records match ``condition``, deleted ones only where asked for."""
        table = self.tables[model.name]
        alive = sa.true() if deleted else ~table.c._deleted
        statement = sa.select(sa.func.count().label("n")).select_from(table).where(alive)
        return int(self.rows(statement if condition is None else statement.where(condition))[0]["n"])

    def all(self, model: Model, condition: sa.ColumnElement[bool] | None = None) -> Iterable[Record]:
        """Return every record that is not deleted, in the order of creation."""
        table = self.tables[model.name]
        statement = sa.select(table).where(~table.c._deleted).order_by(table.c._id)
        return [
            self.record(model, row) for row in self.rows(statement if condition is None else statement.where(condition))
        ]

    def record(self, model: Model, row: sa.RowMapping) -> Record:
        """Turn a row of a model's table into a record."""
        custom = json.loads(row["_custom"]) if model.custom else {}
        return Record(
            model=model,
            id=row["_id"],
            values={key: row[key] for key in _columns(model)},
            custom=custom,
            deleted=row["_deleted"],
        )

    def _add_values(self, model: Model, key: int, custom: Mapping[str, list[str]]) -> None:
        pairs = list(_pairs(key, custom))
        if pairs:
            self._connection.execute(sa.insert(self.values[model.name]).prefix_with("OR IGNORE"), pairs)

    def _drop_values(self, model: Model, key: int, custom: Mapping[str, list[str]]) -> None:
        table = self.values[model.name]
        for field_name in custom:
            self._connection.execute(
                sa.delete(table).where(
                    table.c.field == field_name, table.c.value.in_(custom[field_name]), table.c.record == key
                )
            )


def _connect() -> sqlite3.Connection:
    """Open a temporary file whose name is deleted at once.

    SQLite's own temporary databases go through all their pages at each commit: after forty thousand writes each one
    would take ten times as long.
    """
    with tempfile.NamedTemporaryFile(prefix="daktela-", suffix=".db") as file:
        connection = sqlite3.connect(file.name, check_same_thread=False)
        pragmas = ("locking_mode=EXCLUSIVE", "journal_mode=MEMORY", "synchronous=OFF", "temp_store=FILE")
        for pragma in (*pragmas, f"cache_size=-{CACHE_KIB}", "user_version=1"):
            connection.execute(f"PRAGMA {pragma}")
    return connection


def _columns(model: Model) -> list[str]:
    return [field.name for field in model.fields]


def _pairs(key: int, custom: Mapping[str, list[str]]) -> Iterable[dict[str, Any]]:
    return ({"field": name, "value": value, "record": key} for name, values in custom.items() for value in values)


def _changed(left: Mapping[str, list[str]], right: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {name: values for name, values in left.items() if values != right.get(name)}
