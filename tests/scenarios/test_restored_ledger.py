"""A ledger that is copied while runs go on, and comes back older than what Daktela holds."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from salesforce_daktela.ledger.ledger import Ledger
from sandbox.testing import Sandbox
from tests.postgresql import binaries
from tests.scenarios.oracle import alive
from tests.scenarios.scenario_runner import Runner
from tests.scenarios.test_user_activity import wrong_records


def test_runs_after_a_restored_ledger_put_right_and_double_nothing(
    runner: Runner, sandbox: Sandbox, ledger_url: str, tmp_path: Path, before_now: datetime
) -> None:
    """Creates, changes and removals since the backup are read again; objects are found by name."""
    sandbox.daktela.switch(post_existing="doubles", latency_seconds=0.02)
    runner.run()
    _edit(sandbox, "before the backup", before_now)
    with ThreadPoolExecutor(1) as pool:
        going_on = pool.submit(runner.run)
        backup(ledger_url, tmp_path / "backup")
        going_on.result()
    sandbox.salesforce.records.create("Contact", {"LastName": "Nový", "Email": "novy@example.cz"}, at=before_now)
    sandbox.salesforce.records.create("Account", {"Name": "Nová firma"}, at=before_now)
    sandbox.salesforce.records.delete("Contact", alive(sandbox, "Contact")[-1]["Id"])
    _edit(sandbox, "after the backup", before_now)
    runner.run()
    held = names(sandbox)
    runner.ledger.close()
    restore(ledger_url, tmp_path / "backup")
    runner.ledger = Ledger.open(ledger_url)
    for reports in (runner.run(), runner.run()):
        assert all(sum(report.outcomes.values()) == report.extracted for report in reports.values())
        assert not any(report.outcomes.get("created") for report in reports.values())
    assert names(sandbox) == held
    assert len(held) == len(set(held))
    assert wrong_records(runner, sandbox) == []


def backup(url: str, file: Path) -> None:
    """What docs/backup.md says, for the database of ``url``."""
    where = make_url(url)
    if where.drivername == "sqlite":
        with (
            contextlib.closing(sqlite3.connect(str(where.database))) as source,
            contextlib.closing(sqlite3.connect(file)) as copy,
        ):
            source.backup(copy)
        return
    _run(where, "pg_dump", "--format=custom", f"--schema={_schema(where)}", f"--file={file}", str(where.database))


def restore(url: str, file: Path) -> None:
    """The same."""
    where = make_url(url)
    if where.drivername == "sqlite":
        for beside in ("-wal", "-shm"):
            Path(f"{where.database}{beside}").unlink(missing_ok=True)
        file.replace(str(where.database))
        return
    _run(where, "pg_restore", "--clean", "--if-exists", "--single-transaction", f"--dbname={where.database}", str(file))


def names(sandbox: Sandbox) -> list[str]:
    """Names of all objects in Daktela, as often as they are there."""
    models = ("accounts", "contacts", "crmRecords")
    return sorted(record.name for model in models for record in sandbox.daktela.records(model))


def _edit(sandbox: Sandbox, text: str, at: datetime) -> None:
    for row in alive(sandbox, "Account")[:3]:
        sandbox.salesforce.records.update("Account", row["Id"], {"Description": text}, at=at)


def _schema(where: URL) -> str:
    return str(where.query["options"]).partition("search_path=")[2]


def _run(where: URL, program: str, *arguments: str) -> None:
    login = {"PGHOST": str(where.host), "PGPORT": str(where.port), "PGUSER": str(where.username)}
    login["PGPASSWORD"] = str(where.password)
    subprocess.run([str(binaries() / program), *arguments], check=True, env={**os.environ, **login})
