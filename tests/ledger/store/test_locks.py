"""A ledger in SQLite that one process opens several times, as a triggerer does and an API server."""

from multiprocessing import get_context
from pathlib import Path

import pytest

from salesforce_daktela.ledger.ledger import Ledger
from tests.ledger import workers
from tests.ledger.examples import MAPPING, SYNC, entry, id_of

PROCESSES = get_context("spawn")


def log_of(ledger_file: Path) -> int:
    """The inode of the write-ahead log."""
    return ledger_file.with_name(f"{ledger_file.name}-wal").stat().st_ino


@pytest.mark.parametrize("first", [True, False], ids=["of a new file", "of one that is there"])
def test_no_other_process_takes_the_log_away_below_a_second_connection(tmp_path: Path, first: bool) -> None:
    """The last connection deletes the log, and a process sees by locks that others have the file open."""
    file = tmp_path / "ledger.db"
    if not first:
        Ledger.open(f"sqlite:///{file}").close()
    held = Ledger.open(f"sqlite:///{file}")
    held.upgrade()
    before = log_of(file)
    again = Ledger.open(f"sqlite:///{file}")
    again.overview.version()
    again.close()
    process = PROCESSES.Process(target=workers.open_and_close, args=(f"sqlite:///{file}",))
    process.start()
    process.join()
    assert process.exitcode == 0
    assert log_of(file) == before
    held.records.accept(SYNC, MAPPING, [entry(1)])
    assert Ledger.open(f"sqlite:///{file}").records.read(SYNC, MAPPING, [id_of(1)]) == {id_of(1): entry(1)}


def test_a_new_ledger_leaves_no_other_file(tmp_path: Path) -> None:
    """It is created under another name first."""
    Ledger.open(f"sqlite:///{tmp_path}/ledger.db").close()
    assert [file.name for file in tmp_path.iterdir()] == ["ledger.db"]
    assert (tmp_path / "ledger.db").stat().st_mode & 0o777 == 0o600
