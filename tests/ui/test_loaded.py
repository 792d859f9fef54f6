"""Sync folders are read once, and again when they are others."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from salesforce_daktela.ui.syncs.loaded import loaded
from tests.scenarios.scenario_runner import rewrite

SHIPPED = Path(__file__).resolve().parents[2] / "include" / "mappings" / "default"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sync's folder."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "mappings" / "default"))


def test_a_folder_that_is_as_before_is_not_read_again(folder: Path, tmp_path: Path) -> None:
    first = loaded(folder, tmp_path)
    assert first.spec is not None
    assert loaded(folder, tmp_path) is first


def test_an_edited_file_is_read(folder: Path, tmp_path: Path) -> None:
    """In place and with the same length, and by putting another in its place with the former one's times."""
    first, file = loaded(folder, tmp_path), folder / "contacts.yaml"
    rewrite(file, "on_delete: keep", "on_delete: mark")
    second = loaded(folder, tmp_path)
    assert second.fingerprint != first.fingerprint
    times = file.stat()
    (tmp_path / "new").write_text(file.read_text().replace("on_delete: mark", "on_delete: keep"))
    os.utime(tmp_path / "new", ns=(times.st_atime_ns, times.st_mtime_ns))
    (tmp_path / "new").replace(file)
    assert loaded(folder, tmp_path).fingerprint == first.fingerprint


def test_so_it_is_when_a_transform_or_a_file_comes_or_goes(folder: Path, tmp_path: Path) -> None:
    """A mapping that uses a transform which is not there has a problem."""
    rewrite(folder / "contacts.yaml", "{from: FirstName, transforms: [trim]}", "{from: FirstName, transforms: [shout]}")
    (problem,) = loaded(folder, tmp_path).problems
    assert "shout" in problem.what
    (tmp_path / "own.py").write_text('def shout(value: str) -> str:\n    """Loud."""\n    return value.upper()\n')
    assert loaded(folder, tmp_path).spec is not None
    (folder / "leads.yaml").unlink()
    assert loaded(folder, tmp_path).spec is None


def test_a_folder_that_vanishes_has_a_problem(folder: Path, tmp_path: Path) -> None:
    shutil.rmtree(folder)
    assert loaded(folder, tmp_path).problems
