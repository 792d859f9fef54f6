"""The page of removals: its queries find what a ledger holds, and its commands name what a sync has."""

from __future__ import annotations

import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from salesforce_daktela.airflow.dag_ids import BESIDE, LOADING
from salesforce_daktela.airflow.ledger_address import FORMER
from salesforce_daktela.airflow.provider_info import PACKAGE
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import RecordState
from salesforce_daktela.ledger.store.tables import metadata, records
from tests.databases import postgresql
from tests.postgresql import PostgreSQL

__all__ = ["postgresql"]

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "removing.md").read_text(encoding="utf-8")
LISTING, DROPPING = re.findall(r"```sql\n\s*(.+?)\n\s*```", PAGE, re.DOTALL)
HAVING_AN_OBJECT = {RecordState.LIVE, RecordState.KEPT, RecordState.MARKED}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A ledger in a file, with one record of ``sales`` in each state and one of another sync."""
    file = tmp_path / "ledger.db"
    ledger = Ledger.open(f"sqlite:///{file}")
    ledger.upgrade()
    now = datetime.now(UTC)
    always = {"mapping": "contacts", "read_at": now, "extraction": "x", "adopted": False, "written_at": now}
    with ledger.db.write() as connection:
        for sync, state in [*(("sales", state) for state in RecordState), ("other", RecordState.LIVE)]:
            row = {"sync": sync, "id": state, "name": f"sf_{state}", "state": state, **always}
            connection.execute(records.insert().values(row))
    ledger.close()
    return file


def test_the_objects_of_a_sync_are_listed(file: Path) -> None:
    """Those that are in Daktela, and none of another sync."""
    with create_engine(f"sqlite:///{file}").connect() as connection:
        found = {row.id for row in connection.execute(text(LISTING))}
    assert found == HAVING_AN_OBJECT


def test_every_dag_of_a_sync_is_deleted_by_name() -> None:
    """In the order of the page."""
    assert re.findall(r"airflow dags delete (\w+) --yes", PAGE) == [f"{prefix}sales" for prefix in (LOADING, *BESIDE)]


def test_names_are_those_of_the_product() -> None:
    """Of the package, and of the file that an early release has made."""
    assert f"pip uninstall {PACKAGE}" in PAGE
    assert f"`{FORMER}`" in PAGE


@pytest.mark.heavy
def test_the_tables_go_and_those_of_others_stay(postgresql: PostgreSQL) -> None:
    """As psql does it: it carries out what the query has written."""
    url = postgresql.url("ledger")
    ledger = Ledger.open(url)
    ledger.upgrade()
    ledger.close()
    postgresql.ask("CREATE TABLE sfdx_of_others (id int)", database="ledger")
    subprocess.run(["psql", "-d", postgresql.url("ledger", "postgresql")], input=DROPPING, text=True, check=True)
    left = set(inspect(create_engine(url)).get_table_names())
    assert (left & set(metadata.tables), "sfdx_of_others" in left) == (set(), True)
