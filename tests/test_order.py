"""The order of the tests names files, which somebody may move."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import APART, LONG, SINGLY, TOGETHER, WHOLE_RUNS

PROJECT = Path(__file__).resolve().parents[1]


def test_the_files_and_folders_that_it_names_are_there() -> None:
    """One that is moved would begin late, or run with tests that it stands apart from."""
    assert [name for name in (*APART, *LONG, *SINGLY, *TOGETHER, *WHOLE_RUNS) if not (PROJECT / name).exists()] == []
