"""For ``-m distributed`` alone."""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave these tests out unless they are asked for: they take a quarter of an hour."""
    wanted = "distributed" in str(config.option.markexpr)
    return True if collection_path.name.startswith("test_") and not wanted else None
