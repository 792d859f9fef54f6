"""Ledgers as earlier programs made them: the tables of each version, in SQL for either database.

After a change of the tables, add a step to ``STEPS`` of `ledger/store/versions.py`, then write the tables of the new
version with ``PYTHONPATH=plugins python -m tests.ledger.former_ledgers``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Dialect, Table, create_engine, insert, inspect, select, update
from sqlalchemy.dialects import registry
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.store.tables import bindings, metadata, settings, watermarks
from salesforce_daktela.ledger.store.versions import STEPS

FOLDER = Path(__file__).with_name("former")
DIALECTS: dict[str, Dialect] = {name: registry.load(name)() for name in ("sqlite", "postgresql")}
NEWEST = len(STEPS)
FORMER = tuple(range(1, NEWEST))


def saved(version: int, dialect: str) -> str:
    """The tables of a version as they were when a program first had it."""
    return (FOLDER / f"{version}.{dialect}.sql").read_text()


def tables_now(dialect: str) -> str:
    """The tables of this program."""
    return "".join(f"{line.rstrip()}\n" for text in _statements(dialect) for line in text.splitlines())


def _statements(dialect: str) -> Iterator[str]:
    for table in metadata.sorted_tables:
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        made: list[ExecutableDDLElement] = [CreateTable(table), *(CreateIndex(index) for index in indexes)]
        for each in made:
            yield f"{str(each.compile(dialect=DIALECTS[dialect])).strip()};\n".replace("\t", "  ")


def turn_back(ledger: Ledger, url: str, version: int, aside: Path) -> Ledger:
    """Make of the ledger at ``url`` one of an earlier version that remembers the same; ``aside`` is a new file."""
    between = f"sqlite:///{aside}"
    create(between, NEWEST)
    fill(between, ledger)
    ledger.close()
    engine = create_engine(url)
    metadata.drop_all(engine)
    engine.dispose()
    create(url, version)
    kept = Ledger.open(between)
    fill(url, kept)
    kept.close()
    return Ledger.open(url)


def create(url: str, version: int) -> None:
    """Create the tables of a version in an empty database, stamped as its programs did."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in re.split(r";\n", saved(version, engine.dialect.name)):
            if statement.strip():
                connection.exec_driver_sql(statement)
        connection.execute(insert(settings), [{"key": "schema_version", "value": str(version).encode()}])
    engine.dispose()


def fill(url: str, source: Ledger) -> None:
    """Copy what ``source`` remembers, as far as the tables have room for it."""
    engine = create_engine(url)
    with source.db.read() as reading, engine.begin() as writing:
        present = set(inspect(writing).get_table_names())
        for table in metadata.sorted_tables:
            if table.name in present:
                _copy(table, reading, writing, once=["salt", "identity"] if bindings.name in present else ["salt"])
    engine.dispose()


def _copy(table: Table, reading: Connection, writing: Connection, *, once: list[str]) -> None:
    """Copy a table's rows; of the settings those that are made ``once`` for a ledger."""
    wanted = select(*(table.c[column["name"]] for column in inspect(writing).get_columns(table.name)))
    if table is settings:
        wanted = wanted.where(settings.c.key.in_(once))
    if rows := [dict(row) for row in reading.execute(wanted).mappings()]:
        writing.execute(insert(table), rows)


def age(ledger: Ledger) -> None:
    """Give watermarks the mark of an older program, which cannot be compared with one of today."""
    with ledger.db.write("age") as connection:
        connection.execute(update(watermarks).values(fingerprint="0" * 64))


if __name__ == "__main__":
    for name in DIALECTS:
        (FOLDER / f"{NEWEST}.{name}.sql").write_text(tables_now(name))
