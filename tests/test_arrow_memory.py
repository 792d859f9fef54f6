"""Which allocator Arrow uses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PLUGINS = Path(__file__).resolve().parents[1] / "plugins"
PROGRAM = """
import io, os
import salesforce_daktela.staging
import pyarrow as pa, pyarrow.parquet as pq
pq.write_table(pa.table([pa.nulls(1000, pa.int64())], names=["a"]), io.BytesIO())
left = pa.mimalloc_memory_pool().max_memory()
print(pa.default_memory_pool().backend_name, left, "ARROW_DEFAULT_MEMORY_POOL" in os.environ)
"""


def told(**environment: str) -> str:
    """What a process says that writes Parquet after our import."""
    command = [sys.executable, "-c", PROGRAM]
    env = {"PYTHONPATH": str(PLUGINS), **environment}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout


def test_tables_and_files_are_of_one_allocator() -> None:
    """None is left to the default, and child processes do not inherit the choice."""
    assert told() == "jemalloc 0 False\n"


def test_the_choice_of_the_deployment_stays() -> None:
    """For what Arrow allocates by itself."""
    assert told(ARROW_DEFAULT_MEMORY_POOL="mimalloc").split()[1] != "0"
