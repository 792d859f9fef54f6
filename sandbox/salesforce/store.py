"""The org's file: one SQLite table per sObject, in WAL mode, so that every reader has a snapshot."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sandbox.salesforce.fields import NUMBER_TYPES, REAL_TYPES, Field, SObject
from sandbox.salesforce.objects import QUERYABLE

INDEXED_LOOKUPS = {"Contact": ("AccountId",), "Opportunity": ("AccountId",), "Smlouva__c": ("Ucet__c",)}
FORMULA_FACTORS = {"Contact.Skore__c": 1.5, "Smlouva__c.Rocni_hodnota__c": 1.0}


def fold(text: str | None) -> str | None:
    """Return ``text`` as Salesforce compares it: without regard to case, in any alphabet."""
    return None if text is None else text.casefold()


def exponent(number: float | None) -> str | None:
    """Return ``number`` as Java writes a double: `1.0E8` from ten million on; in SQLite's 15 digits."""
    if number is None:
        return None
    number = float(f"{number:.15g}")
    if abs(number) < 1e7:
        return repr(number)
    digits, power = f"{number:.16e}".split("e")
    shortest = repr(float(digits)) if float(f"{float(digits)!r}e{power}") == number else digits
    return f"{shortest}E{int(power)}"


def connect(path: Path) -> sqlite3.Connection:
    """Return a connection that may be used by one thread at a time."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=16)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA busy_timeout = 30000")
    connection.create_function("sf_fold", 1, fold, deterministic=True)
    connection.create_function("sf_exponent", 1, exponent, deterministic=True)
    return connection


def create_tables(connection: sqlite3.Connection) -> None:
    """Create the empty tables; indexes are created after the rows."""
    for sobject in QUERYABLE:
        columns = ", ".join(_column(each) for each in sobject.stored)
        connection.execute(f'CREATE TABLE "{sobject.name}" (_n INTEGER PRIMARY KEY, {columns})')
    connection.execute("CREATE TABLE formula_factor (field TEXT PRIMARY KEY, factor REAL NOT NULL)")
    connection.executemany("INSERT INTO formula_factor VALUES (?, ?)", FORMULA_FACTORS.items())


def create_indexes(connection: sqlite3.Connection) -> None:
    """Create the indexes: on Ids, on stamps, and on the references that deletes follow."""
    for sobject in QUERYABLE:
        table = sobject.name
        connection.execute(f'CREATE UNIQUE INDEX "{table}_Id" ON "{table}" ("Id")')
        connection.execute(f'CREATE INDEX "{table}_SystemModstamp" ON "{table}" ("SystemModstamp")')
        for lookup in INDEXED_LOOKUPS.get(table, ()):
            connection.execute(f'CREATE INDEX "{table}_{lookup}" ON "{table}" ("{lookup}")')


def insert_statement(sobject: SObject, columns: list[str]) -> str:
    """Return the INSERT for ``columns`` of ``sobject``."""
    names = ", ".join(f'"{each}"' for each in columns)
    return f'INSERT INTO "{sobject.name}" ({names}) VALUES ({", ".join("?" * len(columns))})'  # noqa: S608  own names


def _column(field: Field) -> str:
    if field.type == "boolean":
        return f'"{field.name}" INTEGER NOT NULL DEFAULT 0'
    if field.type in REAL_TYPES:
        return f'"{field.name}" REAL'
    return f'"{field.name}" {"INTEGER" if field.type in NUMBER_TYPES else "TEXT"}'
