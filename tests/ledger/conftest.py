"""A fresh ledger for each test: on SQLite, and on PostgreSQL where LEDGER_TEST_POSTGRES_URL names a database."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from salesforce_daktela.ledger.ledger import Ledger

POSTGRESQL = os.environ.get("LEDGER_TEST_POSTGRES_URL")


@pytest.fixture(params=["sqlite", "postgresql"] if POSTGRESQL else ["sqlite"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database: a file, or a schema of its own."""
    if request.param == "sqlite" or POSTGRESQL is None:
        yield f"sqlite:///{tmp_path / 'ledger.db'}"
        return
    schema = f"ledger_{uuid.uuid4().hex[:12]}"
    engine = create_engine(POSTGRESQL)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    inside = make_url(POSTGRESQL).update_query_dict({"options": f"-csearch_path={schema}"})
    yield inside.render_as_string(hide_password=False)
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    """A ledger with its tables."""
    opened = Ledger.open(url)
    opened.upgrade()
    yield opened
    opened.close()
