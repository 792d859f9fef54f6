"""A sample of the kills of ``make soak``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attacks.kills import run
from tests.attacks.soak import WRONGS

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(1800)]


def test_nothing_is_lost_doubled_misreported_or_leaked_by_ten_kills(tmp_path: Path) -> None:
    """Scheduler, workers, tasks, triggerer and both databases' connections are struck while runs are under way."""
    figures = run(10, 1, tmp_path)
    wrong = (tmp_path / "wrong.json").read_text()
    assert {kind: figures[kind] for kind in WRONGS} == dict.fromkeys(WRONGS, 0), wrong
    assert figures["kills"] == len((tmp_path / "kills.jsonl").read_text().splitlines()) >= 10
