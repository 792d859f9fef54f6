"""The index of conformance tests names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]


def test_every_named_test_exists() -> None:
    """A check without its test would be a claim."""
    named = set(re.findall(r"`(test_\w+)`", (TESTS / "conformance" / "README.md").read_text(encoding="utf-8")))
    sources = [path.read_text(encoding="utf-8") for path in TESTS.glob("*/**/test_*.py")]
    defined = {name for source in sources for name in re.findall(r"def (test_\w+)\(", source)}
    assert len(named) > 100
    assert named <= defined, sorted(named - defined)
