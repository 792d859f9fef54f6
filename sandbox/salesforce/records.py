"""Writes to the org, with all their effects, as users and administrators make them."""

from __future__ import annotations

import random
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sandbox.salesforce.fields import ID_TYPES, NUMBER_TYPES, Field, SObject
from sandbox.salesforce.ids import eighteen, record_id
from sandbox.salesforce.objects import BY_NAME, QUERYABLE
from sandbox.salesforce.seed.fill import employee_id
from sandbox.salesforce.soql.dates import stored
from sandbox.salesforce.store import connect, insert_statement

CASCADES = {"Account": (("Contact", "AccountId"), ("Opportunity", "AccountId"))}
BIN_DAYS = 15


class RecordError(ValueError):
    """An invalid write: unknown sObject, field or record, or a value of another type."""


class Records:
    """The only writer of the org's file. ``clock`` gives the aware time for stamps."""

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        self._connection = connect(path)
        self._lock = threading.RLock()
        self._clock = clock

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def replace(self, path: Path) -> None:
        """Replace all data by that of the file at ``path``."""
        with self._lock, closing(connect(path)) as source:
            source.backup(self._connection)

    def create(self, sobject: str, values: Mapping[str, Any], *, at: datetime | None = None) -> str:
        """Add a record and return its Id; ``at`` sets earlier stamps, like a transaction that commits late."""
        found = _sobject(sobject)
        with self._lock:
            serial = self._value(f'SELECT coalesce(max(_n), 0) + 1 FROM "{found.name}"')  # noqa: S608  own names
            record, stamp, me = record_id(found.key_prefix or "", serial), self._stamp(at), employee_id(7)
            row = {
                "OwnerId": me,
                **_defaults(found),
                **_checked(found, values),
                "Id": record,
                "CreatedDate": stamp,
                "CreatedById": me,
                "LastModifiedDate": stamp,
                "LastModifiedById": me,
                "SystemModstamp": stamp,
            }
            row = {name: value for name, value in row.items() if found.has(name)}
            self._connection.execute(insert_statement(found, ["_n", *row]), [serial, *row.values()])
            return record

    def update(
        self, sobject: str, record: str, values: Mapping[str, Any], *, at: datetime | None = None, silent: bool = False
    ) -> None:
        """Change fields; ``silent`` keeps the stamps, ``at`` sets earlier ones."""
        found = _sobject(sobject)
        stamps = {} if silent else {"LastModifiedDate": self._stamp(at), "SystemModstamp": self._stamp(at)}
        self._write(found, record, {**_checked(found, values), **stamps})

    def delete(self, sobject: str, record: str) -> None:
        """Put a record into the bin, an Account together with its Contacts and Opportunities."""
        self._bin(_sobject(sobject), record, deleted=True)

    def undelete(self, sobject: str, record: str) -> None:
        """Take a record out of the bin, with the children that went with it."""
        self._bin(_sobject(sobject), record, deleted=False)

    def hard_delete(self, sobject: str, record: str) -> None:
        """Remove a record without a trace."""
        found = _sobject(sobject)
        self._must_exist(found, record)
        self._run(f'DELETE FROM "{found.name}" WHERE "Id" = ?', (eighteen(record),))  # noqa: S608  own names

    def merge(self, sobject: str, winner: str, losers: list[str]) -> None:
        """Merge ``losers`` into ``winner``: they go to the bin with MasterRecordId, their children move."""
        found = _sobject(sobject)
        if not found.mergeable:
            raise RecordError(f"{found.name} records cannot be merged; Account, Contact and Lead can")
        self._must_exist(found, winner)
        with self.transaction():
            stamp = self._stamp(None)
            for loser in losers:
                self._must_exist(found, loser)
                self._reparent(found, loser, winner, stamp)
                row = {"IsDeleted": 1, "MasterRecordId": eighteen(winner), "SystemModstamp": stamp}
                self._write(found, loser, row)
            self._write(found, winner, {"LastModifiedDate": stamp, "SystemModstamp": stamp})

    def mutate(self, sobject: str, count: int, seed: int, field: str | None = None) -> list[str]:
        """Change one text of ``count`` live records chosen by ``seed``; return their Ids."""
        found = _sobject(sobject)
        name = field or ("Title" if found.has("Title") else "Description" if found.has("Description") else "Name")
        _checked(found, {name: ""})
        with self.transaction():
            live = 'WHERE "IsDeleted" = 0' if found.has("IsDeleted") else ""
            ids = [row[0] for row in self._run(f'SELECT "Id" FROM "{found.name}" {live} ORDER BY _n')]  # noqa: S608
            rng = random.Random(seed)
            chosen = rng.sample(ids, min(count, len(ids)))
            stamp = self._stamp(None)
            for record in chosen:
                self._write(found, record, {
                    name: f"Změna {rng.randrange(10**6)}", "LastModifiedDate": stamp, "SystemModstamp": stamp,
                })  # fmt: skip
            return chosen

    def set_formula_factor(self, field: str, factor: float) -> None:
        """Change a formula: values change at once, stamps do not."""
        changed = self._run("UPDATE formula_factor SET factor = ? WHERE field = ? RETURNING 1", (factor, field))
        if not changed:
            known = ", ".join(row[0] for row in self._run("SELECT field FROM formula_factor ORDER BY field"))
            raise RecordError(f"there is no formula {field!r}; known: {known}")

    def rename_organization(self, record: str) -> None:
        """Give the org's own record another Id."""
        self._run('UPDATE "Organization" SET "Id" = ?', (record,))

    def formula_factors(self) -> dict[str, float]:
        """Return what each formula multiplies by."""
        return dict(self._run("SELECT field, factor FROM formula_factor ORDER BY field"))

    def purge_bin(self, days: float = BIN_DAYS) -> int:
        """Remove records that have been in the bin for ``days``; return their number."""
        before = stored(self._clock() - timedelta(days=days))
        count = 0
        for sobject in QUERYABLE:
            if sobject.has("IsDeleted"):
                sql = f'DELETE FROM "{sobject.name}" WHERE "IsDeleted" = 1 AND "SystemModstamp" <= ? RETURNING 1'  # noqa: S608
                count += len(self._run(sql, (before,)))
        return count

    def read(
        self, sobject: str, *, offset: int = 0, limit: int = 100, record: str | None = None
    ) -> list[dict[str, Any]]:
        """Return stored rows as they are, deleted ones too."""
        found = _sobject(sobject)
        where, bound = ("", ()) if record is None else ('WHERE "Id" = ?', (eighteen(record),))
        names = [each.name for each in found.stored]
        columns = ", ".join(f'"{each}"' for each in names)
        sql = f'SELECT {columns} FROM "{found.name}" {where} ORDER BY _n LIMIT ? OFFSET ?'  # noqa: S608  own names
        return [dict(zip(names, row, strict=True)) for row in self._run(sql, (*bound, limit, offset))]

    def changed(self, sobject: str, start: str, end: str, *, deleted: bool) -> list[tuple[str, str]]:
        """Return Id and SystemModstamp, as stored, of records changed in the half-open span."""
        found = _sobject(sobject)
        in_bin = '"IsDeleted"' if found.has("IsDeleted") else "0"
        sql = f'SELECT "Id", "SystemModstamp" FROM "{found.name}" WHERE "SystemModstamp" >= ? '  # noqa: S608
        return self._run(sql + f'AND "SystemModstamp" < ? AND {in_bin} = ?', (start, end, int(deleted)))

    def counts(self) -> dict[str, int]:
        """Return rows per sObject, deleted ones counted."""
        return {each.name: self._value(f'SELECT count(*) FROM "{each.name}"') for each in QUERYABLE}  # noqa: S608

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the lock; commit all writes of the block together, or none when it fails."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def _bin(self, sobject: SObject, record: str, *, deleted: bool) -> None:
        if not sobject.has("IsDeleted"):
            raise RecordError(f"{sobject.name} records cannot be deleted")
        self._must_exist(sobject, record)
        with self.transaction():
            stamp = self._stamp(None)
            mark: dict[str, Any] = {"IsDeleted": int(deleted), "SystemModstamp": stamp}
            if sobject.mergeable and not deleted:
                mark["MasterRecordId"] = None
            gone_since = self.read(sobject.name, record=record)[0]["SystemModstamp"]
            self._write(sobject, record, mark)
            for child, lookup in CASCADES.get(sobject.name, ()):
                same = "" if deleted else 'AND "SystemModstamp" = ?'
                bound = (int(deleted), stamp, eighteen(record), int(not deleted))
                self._run(
                    f'UPDATE "{child}" SET "IsDeleted" = ?, "SystemModstamp" = ? '  # noqa: S608  own names
                    f'WHERE "{lookup}" = ? AND "IsDeleted" = ? {same}',
                    bound if deleted else (*bound, gone_since),
                )

    def _reparent(self, parent: SObject, loser: str, winner: str, stamp: str) -> None:
        for child in QUERYABLE:
            for field in child.stored:
                if parent.name in field.reference_to and field.name != "MasterRecordId":
                    self._run(
                        f'UPDATE "{child.name}" SET "{field.name}" = ?, "SystemModstamp" = ? '  # noqa: S608  own names
                        f'WHERE "{field.name}" = ?',
                        (eighteen(winner), stamp, eighteen(loser)),
                    )

    def _write(self, sobject: SObject, record: str, row: Mapping[str, Any]) -> None:
        assignments = ", ".join(f'"{name}" = ?' for name in row)
        sql = f'UPDATE "{sobject.name}" SET {assignments} WHERE "Id" = ? RETURNING 1'  # noqa: S608  own names
        if not row:
            self._must_exist(sobject, record)
        elif not self._run(sql, (*row.values(), eighteen(record))):
            raise RecordError(f"there is no {sobject.name} {record}")

    def _must_exist(self, sobject: SObject, record: str) -> None:
        if not self._run(f'SELECT 1 FROM "{sobject.name}" WHERE "Id" = ?', (eighteen(record),)):  # noqa: S608
            raise RecordError(f"there is no {sobject.name} {record}")

    def _stamp(self, at: datetime | None) -> str:
        return stored((at or self._clock()).astimezone(UTC).replace(microsecond=0))

    def _value(self, sql: str) -> int:
        return int(self._run(sql)[0][0])

    def _run(self, sql: str, bound: tuple[Any, ...] = ()) -> list[Any]:
        with self._lock:
            try:
                return self._connection.execute(sql, bound).fetchall()
            except sqlite3.OperationalError as exc:
                raise RecordError(f"the org's file refused the write: {exc}") from exc


def _sobject(name: str) -> SObject:
    found = BY_NAME.get(name.lower())
    if found is None or not found.queryable:
        raise RecordError(f"there is no sObject {name!r}; known: {', '.join(each.name for each in QUERYABLE)}")
    return found


def _defaults(sobject: SObject) -> dict[str, Any]:
    return {each.name: 0 for each in sobject.stored if each.type == "boolean"}


def _checked(sobject: SObject, values: Mapping[str, Any]) -> dict[str, Any]:
    row = {}
    for name, value in values.items():
        field = sobject.field(name)
        if field is None or not field.stored or field.name == "Id":
            raise RecordError(f"{sobject.name} has no writable field {name!r}")
        row[field.name] = _stored_value(sobject, field, value)
    return row


def _stored_value(sobject: SObject, field: Field, value: Any) -> Any:
    if value is None or value == "":
        return 0 if field.type == "boolean" else None
    if field.type == "boolean" and isinstance(value, bool):
        return int(value)
    if field.type in NUMBER_TYPES and isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and field.type not in NUMBER_TYPES | {"boolean"}:
        return _stored_text(sobject, field, value)
    raise RecordError(f"{sobject.name}.{field.name}: a {field.type} does not take {type(value).__name__}")


def _stored_text(sobject: SObject, field: Field, value: str) -> str:
    if field.type in ID_TYPES:
        record = eighteen(value)
        if record is None:
            raise RecordError(f"{sobject.name}.{field.name}: not an Id of 15 or 18 characters")
        return record
    if field.type not in ("date", "datetime"):
        return value
    try:
        return stored(datetime.fromisoformat(value)) if field.type == "datetime" else str(date.fromisoformat(value))
    except ValueError as exc:
        raise RecordError(f"{sobject.name}.{field.name}: not an ISO {field.type}") from exc
