"""Both databases that a ledger may lie on: a SQLite file, and a schema of its own on a real PostgreSQL."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tests.postgresql import PostgreSQL, running_postgresql

SQLITE_AND_POSTGRESQL = ("sqlite", pytest.param("postgresql", marks=pytest.mark.heavy))
"""What a fixture that calls ``address_of`` is parametrised by."""


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """One server for all tests of a process, started when the first of them asks for it."""
    with running_postgresql(15433) as server:
        yield server


@contextmanager
def address_of(request: pytest.FixtureRequest, home: Path) -> Iterator[str]:
    """The address of an empty database of the kind that ``request.param`` names."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield f"sqlite:///{home / 'ledger.db'}"
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    with _schema(server.url("ledger")) as address:
        yield address


@contextmanager
def _schema(server: str) -> Iterator[str]:
    schema = f"ledger_{uuid.uuid4().hex[:12]}"
    engine = create_engine(server)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    inside = make_url(server).update_query_dict({"options": f"-csearch_path={schema}"})
    yield inside.render_as_string(hide_password=False)
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()
