"""A sync is deleted whole, and only as it was seen."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.steps.setup.folder import UnwritableError, read_files
from salesforce_daktela.steps.setup.removal import others_in, remove_sync
from salesforce_daktela.steps.setup.save import ConflictError

SHIPPED = Path(__file__).resolve().parents[3] / "include" / "mappings" / "default"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped sync, with what verbs of the terminal leave in it."""
    found = Path(shutil.copytree(SHIPPED, tmp_path / "mappings" / "north"))
    (found / ".schema").mkdir(exist_ok=True)
    (found / "schema.lock.json").write_text("{}")
    return found


def seen(folder: Path) -> dict[str, str]:
    return {name: file.digest for name, file in read_files(folder).items()}


def test_a_sync_is_deleted_with_its_folder(folder: Path) -> None:
    """Nothing is left beside it."""
    remove_sync(folder, seen(folder))
    assert list(folder.parent.iterdir()) == []


def test_what_somebody_else_has_changed_is_not_deleted(folder: Path) -> None:
    """Nor a file that was added, and the folder is whole."""
    before = seen(folder)
    (folder / "contacts.yaml").write_text("# theirs\n")
    with pytest.raises(ConflictError, match=r"contacts\.yaml: was changed by somebody else"):
        remove_sync(folder, before)
    (folder / "cases.yaml").write_text("# new\n")
    with pytest.raises(ConflictError, match=r"cases\.yaml"):
        remove_sync(folder, before)
    assert set(seen(folder)) == {*before, "cases.yaml"}


def test_files_that_are_not_ours_stop_it(folder: Path) -> None:
    """They are named."""
    (folder / "README.md").write_text("by hand")
    assert others_in(folder) == ("README.md",)
    with pytest.raises(ConfigurationError, match=r"no mapping files: README\.md"):
        remove_sync(folder, seen(folder))


def test_a_link_is_left_to_whoever_made_it(folder: Path, tmp_path: Path) -> None:
    """It would come back."""
    link = tmp_path / "mappings" / "linked"
    link.symlink_to(folder)
    with pytest.raises(UnwritableError, match="is a link"):
        remove_sync(link, seen(folder))


def test_a_folder_that_cannot_be_moved_stays_whole(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mount, for example."""

    def busy(*_: object) -> None:
        raise OSError(16, os.strerror(16))

    monkeypatch.setattr("salesforce_daktela.steps.setup.removal.os.rename", busy)
    before = seen(folder)
    with pytest.raises(UnwritableError):
        remove_sync(folder, before)
    assert seen(folder) == before
    assert [path.name for path in folder.parent.iterdir()] == ["north"]
