"""One sandbox for all attacks of a process, and what attacks borrow from the rooms they attack."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.testing import Sandbox
from tests.attacks.world import open_sandbox
from tests.mapping.conftest import map_field, map_rows, write_sync
from tests.scenarios.conftest import ledger_url, runner, sandbox

__all__ = ["ledger_url", "map_field", "map_rows", "runner", "sandbox", "write_sync"]


@pytest.fixture(scope="session")
def attacked_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where deployments are kept between histories."""
    return tmp_path_factory.mktemp("attacks")


@pytest.fixture(scope="module")
def attacked(attacked_home: Path) -> Iterator[Sandbox]:
    """Both servers; every history starts them over."""
    with open_sandbox(attacked_home) as sandbox:
        yield sandbox
