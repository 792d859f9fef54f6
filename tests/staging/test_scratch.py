"""Temporary tables on the disk."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path

import pytest

from salesforce_daktela.staging.scratch import MOST_BOUND, open_scratch

TABLES = "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)"


def test_any_number_of_values_can_be_asked_for() -> None:
    """More than one statement takes; rows come as they are, in batches where asked for."""
    count = 2 * MOST_BOUND + 1
    with open_scratch(TABLES) as scratch:
        scratch.run("INSERT INTO notes VALUES (?, ?)", ((number, f"n{number}") for number in range(count)))
        wanted = [f"n{number}" for number in range(count)] + ["nowhere"]
        assert sum(1 for _ in scratch.among("SELECT id FROM notes WHERE text IN", wanted)) == count
        assert list(scratch.among("SELECT id FROM notes WHERE text IN", [])) == []
        batches = list(scratch.batches("SELECT id FROM notes ORDER BY id", MOST_BOUND))
        assert [len(batch) for batch in batches] == [MOST_BOUND, MOST_BOUND, 1]
        assert list(scratch.read("SELECT text FROM notes WHERE id = ?", [3])) == [("n3",)]


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when the task fails."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(sqlite3.OperationalError):
        _fail(tmp_path)
    assert list(tmp_path.iterdir()) == []


def _fail(folder: Path) -> None:
    with open_scratch(TABLES) as scratch:
        assert list(folder.iterdir())
        scratch.run("INSERT INTO nowhere VALUES (?)", [(1,)])
