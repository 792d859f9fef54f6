"""A ledger of every former version comes forward."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect

from salesforce_daktela.ledger.ledger import Ledger
from tests.ledger.examples import MAPPING, SYNC, entry, id_of
from tests.ledger.former_ledgers import DIALECTS, FORMER, NEWEST, create, fill, saved, tables_now


def shape(ledger: Ledger) -> dict[str, Any]:
    """Columns and indexes of each table, by name."""
    with ledger.db.read() as connection:
        found = inspect(connection)
        return {
            table: (
                {column["name"] for column in found.get_columns(table)},
                {index["name"] for index in found.get_indexes(table)},
            )
            for table in found.get_table_names()
        }


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_change_of_the_tables_is_a_version(dialect: str) -> None:
    """Add a step to STEPS, then run ``python -m tests.ledger.former_ledgers``: an upgrade goes by versions alone."""
    assert tables_now(dialect) == saved(NEWEST, dialect)


@pytest.mark.parametrize("version", FORMER)
def test_a_former_ledger_gets_the_tables_of_a_new_one(url: str, version: int, tmp_path: Path) -> None:
    """Every column and index, whichever version it comes from; what it remembers stays."""
    new = Ledger.open(f"sqlite:///{tmp_path}/new.db")
    new.upgrade()
    new.records.accept(SYNC, MAPPING, [entry(1)])
    create(url, version)
    fill(url, new)
    former = Ledger.open(url)
    assert former.overview.version().found == version
    former.upgrade()
    assert shape(former) == shape(new)
    assert former.records.read(SYNC, MAPPING, [id_of(1)]).keys() == {id_of(1)}
    assert former.salt() == new.salt()
    former.close()
    new.close()
