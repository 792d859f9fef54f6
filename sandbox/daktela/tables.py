"""The tables of an instance, made from the models, and the SQL that starts a file over with them."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from sandbox.daktela.models import MODELS, FieldType, Model

_TYPES: Mapping[FieldType, type[sa.types.TypeEngine[Any]]] = {
    FieldType.INTEGER: sa.Integer,
    FieldType.BOOLEAN: sa.Boolean,
    FieldType.DOCUMENT: sa.JSON,
}


def _table(model: Model, metadata: sa.MetaData) -> sa.Table:
    columns = [sa.Column(field.name, _TYPES.get(field.kind, sa.Text)(), key=field.name) for field in model.fields]
    table = sa.Table(
        model.name,
        metadata,
        sa.Column("_id", sa.Integer, primary_key=True),
        *columns,
        sa.Column("_custom", sa.Text),
        sa.Column("_deleted", sa.Boolean, nullable=False, default=False),
    )
    sa.Index(f"{model.name}_name", table.c.name, unique=True)
    sa.Index(f"{model.name}_name_any_case", sa.collate(table.c.name, "NOCASE"))
    sa.Index(f"{model.name}_listing", table.c._deleted, table.c.name)
    if model.field("database") is not None:
        sa.Index(f"{model.name}_database_listing", table.c._deleted, table.c.database, table.c.name)
    for known in model.fields:
        if known.kind is FieldType.REFERENCE:
            sa.Index(f"{model.name}_{known.name}", table.c[known.name])
    return table


def _selectivity(index: str, table: str) -> str:
    """Return rows of the index, then rows per equal prefix of its columns, as ``sqlite_stat1`` spells them."""
    known = {"name": "1000000 1", "name_any_case": "1000000 1", "listing": "1000000 990000 1"}
    known["database_listing"] = "1000000 990000 500000 1"
    return known.get(index.removeprefix(f"{table}_"), "1000000 1000")


def _values_table(model: Model, metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        f"{model.name}_values",
        metadata,
        sa.Column("field", sa.Text, primary_key=True),
        sa.Column("value", sa.Text(collation="NOCASE"), primary_key=True),
        sa.Column("record", sa.Integer, primary_key=True),
        sqlite_with_rowid=False,
    )


_METADATA = sa.MetaData()
TABLES: Mapping[str, sa.Table] = {model.name: _table(model, _METADATA) for model in MODELS.values()}
VALUES: Mapping[str, sa.Table] = {
    model.name: _values_table(model, _METADATA) for model in MODELS.values() if model.custom
}
"""The values of custom fields, for the models that have them."""


@functools.cache
def start_script() -> str:
    """Return the statements that leave every table empty, whatever the file held before."""
    dialect = sqlite.dialect()
    statements = [f'DROP TABLE IF EXISTS "{table.name}"' for table in _METADATA.sorted_tables]
    for table in _METADATA.sorted_tables:
        statements.append(str(CreateTable(table).compile(dialect=dialect)))
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        statements += [str(CreateIndex(index).compile(dialect=dialect)) for index in indexes]
    return ";\n".join(("BEGIN", *statements, *_planner_statistics(), "COMMIT", "ANALYZE sqlite_schema")) + ";"


def _planner_statistics() -> Iterator[str]:
    """Tell SQLite's planner to expect a million records: without sizes it would read whole tables."""
    yield "ANALYZE"
    yield "DELETE FROM sqlite_stat1"
    for name, table in TABLES.items():
        sizes = {str(index.name): _selectivity(str(index.name), name) for index in table.indexes}
        if name in VALUES:
            sizes[f"{name}_values"] = "3000000 300000 2 1"
        for index, size in sizes.items():
            owner = index if index == f"{name}_values" else name
            yield f"INSERT INTO sqlite_stat1 VALUES ('{owner}', '{index}', '{size}')"  # noqa: S608 our own names
