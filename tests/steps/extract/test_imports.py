"""What a task of extract loads before its first line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PLUGINS = Path(__file__).resolve().parents[3] / "plugins"
PROGRAM = """
import sys
import salesforce_daktela.steps.extract.extractor
print("pandas" in sys.modules)
"""


def test_extract_goes_without_pandas() -> None:
    """It costs each extract 40 MiB, and only long lists of Ids need it."""
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM], env={"PYTHONPATH": str(PLUGINS)}, capture_output=True, text=True, check=True
    )
    assert told.stdout == "False\n"
