"""A fresh ledger for each test, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from salesforce_daktela.ledger.ledger import Ledger
from tests.databases import SQLITE_AND_POSTGRESQL, address_of, postgresql

__all__ = ["postgresql"]


@pytest.fixture(params=SQLITE_AND_POSTGRESQL)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database: a file, or a schema of its own."""
    with address_of(request, tmp_path) as address:
        yield address


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    """A ledger with its tables."""
    opened = Ledger.open(url)
    opened.upgrade()
    yield opened
    opened.close()
