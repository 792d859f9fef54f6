"""The pages' files in a built distribution."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
ROOM = PROJECT / "plugins" / "salesforce_daktela" / "ui"
STARTING_POINTS = PROJECT / "plugins" / "salesforce_daktela" / "steps" / "setup" / "starting_points"


def test_a_wheel_holds_what_the_pages_read(tmp_path: Path) -> None:
    """Each file of their room but the sources of catalogues, and the shipped mappings."""
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
    rooms = tuple(f"{room.relative_to(PROJECT / 'plugins')}/" for room in (ROOM, STARTING_POINTS))
    held = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith(rooms)}
    expected = {
        str(path.relative_to(PROJECT / "plugins"))
        for room in (ROOM, STARTING_POINTS)
        for path in room.rglob("*")
        if path.is_file() and path.suffix not in (".po", ".pyc")
    }
    assert held == expected
