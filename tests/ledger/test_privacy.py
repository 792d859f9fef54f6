"""A ledger in a file is its owner's alone, and what was deleted is not in its bytes either."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from salesforce_daktela.errors import TransportError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.store import sqlite
from salesforce_daktela.ledger.store.kept_keys import Kind, kept_key
from tests.ledger.examples import MAPPING, START, SYNC, entry, id_of


@pytest.fixture
def open_to_all() -> Iterator[None]:
    """A process whose files anybody may read unless it says otherwise."""
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


def content(folder: Path) -> bytes:
    """Whatever lies beside the ledger, the write-ahead log included."""
    return b"".join(path.read_bytes() for path in folder.iterdir())


@pytest.mark.usefixtures("open_to_all")
def test_nobody_else_may_read_the_files(tmp_path: Path) -> None:
    """The write-ahead log and its index have the ledger's mode."""
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.db")
    ledger.upgrade()
    assert modes(tmp_path) == {"ledger.db": 0o600, "ledger.db-wal": 0o600, "ledger.db-shm": 0o600}
    ledger.close()


@pytest.mark.usefixtures("open_to_all")
def test_files_of_an_earlier_release_are_closed(tmp_path: Path) -> None:
    """Also those that a process holds open meanwhile."""
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.db")
    ledger.upgrade()
    for path in tmp_path.iterdir():
        path.chmod(0o644)
    Ledger.open(f"sqlite:///{tmp_path}/ledger.db").close()
    assert set(modes(tmp_path).values()) == {0o600}
    ledger.close()


def test_a_file_that_cannot_be_closed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It belongs to another user, who shares it on purpose or by mistake."""
    (tmp_path / "ledger.db").touch(mode=0o644)
    (tmp_path / "ledger.db").chmod(0o644)

    def refuse(path: str, mode: int) -> None:
        raise PermissionError(path, mode)

    monkeypatch.setattr(os, "chmod", refuse)
    with caplog.at_level(logging.WARNING):
        Ledger.open(f"sqlite:///{tmp_path}/ledger.db").close()
    assert "belongs to another user and may be read by others" in caplog.text


def test_a_forgotten_id_is_nowhere_in_the_bytes(tmp_path: Path) -> None:
    """Neither in pages that were freed, by whatever release, nor in the write-ahead log, while others hold it open."""
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.db")
    ledger.upgrade()
    with ledger.db.engine.connect() as connection:
        # A connection of an earlier release left deleted rows where they were.
        connection.exec_driver_sql("PRAGMA secure_delete = OFF")
        ledger.records.accept(SYNC, MAPPING, [entry(number) for number in range(1, 400)])
        ledger.rereads.ask(SYNC, MAPPING, [id_of(7)], START)
        ledger.rereads.forget(SYNC, MAPPING, [id_of(7)], START)
        ledger.cache.keep(kept_key(Kind.UNANSWERED, SYNC, MAPPING, id_of(7)), b"1", START)
    other = Ledger.open(f"sqlite:///{tmp_path}/ledger.db")
    other.records.read(SYNC, MAPPING, [id_of(7)])
    assert id_of(7).encode() in content(tmp_path)
    ledger.erasure.forget(SYNC, id_of(7))
    ledger.scrub()
    assert id_of(7).encode() not in content(tmp_path)
    assert other.records.read(SYNC, MAPPING, [id_of(8)]) == {id_of(8): entry(8)}
    other.close()
    ledger.close()


def test_a_reader_that_keeps_the_log_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows are deleted, but the log still holds them: a later try empties it."""
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0)
    ledger, other = (Ledger.open(f"sqlite:///{tmp_path}/ledger.db") for _ in range(2))
    ledger.upgrade()
    ledger.records.accept(SYNC, MAPPING, [entry(7)])
    with other.db.engine.connect() as reading:
        reading.exec_driver_sql("BEGIN")
        reading.exec_driver_sql("SELECT count(*) FROM sfd_records").all()
        ledger.erasure.forget(SYNC, id_of(7))
        with pytest.raises(TransportError, match=r"its write-ahead log still holds them|is locked"):
            ledger.scrub()
        reading.exec_driver_sql("COMMIT")
    ledger.scrub()
    assert id_of(7).encode() not in content(tmp_path)
    other.close()
    ledger.close()
