"""What is built of this project carries its licence."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
BUILD = "from setuptools import build_meta; print(build_meta.prepare_metadata_for_build_wheel('built'))"


def test_the_package_names_its_licence_and_holds_the_text(tmp_path: Path) -> None:
    """As SPDX spells it, so that tools which look for licences find it."""
    for name in ("pyproject.toml", "requirements.in", "LICENSE"):
        shutil.copy(PROJECT / name, tmp_path)
    package = tmp_path / "plugins" / "salesforce_daktela"
    package.mkdir(parents=True)
    shutil.copy(PROJECT / "plugins" / "salesforce_daktela" / "__init__.py", package)
    (tmp_path / "built").mkdir()
    subprocess.run([sys.executable, "-c", BUILD], cwd=tmp_path, check=True, capture_output=True)
    (metadata,) = (tmp_path / "built").glob("*.dist-info")
    assert "License-Expression: Apache-2.0\n" in (metadata / "METADATA").read_text(encoding="utf-8")
    assert (metadata / "licenses" / "LICENSE").read_bytes() == (PROJECT / "LICENSE").read_bytes()
    assert b"Apache License" in (PROJECT / "LICENSE").read_bytes()
