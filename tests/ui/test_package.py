"""The pages' files in a built distribution."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
ROOM = PROJECT / "plugins" / "salesforce_daktela" / "ui"


def test_a_wheel_holds_templates_static_files_and_catalogues(tmp_path: Path) -> None:
    """Each file of the room but the sources of catalogues."""
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
    shutil.copytree(PROJECT / "plugins", tmp_path / "plugins", ignore=ignored)
    for name in ("pyproject.toml", "requirements.in", "LICENSE"):
        shutil.copy(PROJECT / name, tmp_path)
    command = [
        "-m",
        "pip",
        "-q",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path / "made"),
        str(tmp_path),
    ]
    subprocess.run([sys.executable, *command], check=True, capture_output=True)
    (wheel,) = (tmp_path / "made").glob("*.whl")
    held = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("salesforce_daktela/ui/")}
    expected = {
        str(path.relative_to(PROJECT / "plugins"))
        for path in ROOM.rglob("*")
        if path.is_file() and path.suffix not in (".po", ".pyc")
    }
    assert held == expected
