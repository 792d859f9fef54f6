"""Spoiled replies of both systems over TLS: every one ends in a true statement, and none of its values is repeated."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attacks.fuzzing import run_replies


def test_spoiled_replies_end_in_true_statements(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """An outcome that is so, or an error of ours; no value, no token in any message."""
    found = run_replies(300, seed=4, home=tmp_path)
    assert (found["misreported"], found["leaked"]) == (0, 0), caplog.text
    assert found["fuzzed_replies"] >= 300


@pytest.mark.heavy
def test_more_spoiled_replies_end_in_true_statements(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The same for a few times as many."""
    found = run_replies(1_500, seed=5, home=tmp_path)
    assert (found["misreported"], found["leaked"]) == (0, 0), caplog.text
