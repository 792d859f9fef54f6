"""The lock file is saved as mapping files are."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesforce_daktela.steps.preflight.schema_lock import LOCK
from salesforce_daktela.steps.setup.agree import save_lock
from salesforce_daktela.steps.setup.folder import UnwritableError, read_text
from salesforce_daktela.steps.setup.save import ConflictError


def test_the_file_that_was_seen_is_replaced(tmp_path: Path) -> None:
    """The first one, and each one after it."""
    save_lock(tmp_path, "one\n", None)
    seen = read_text(tmp_path / LOCK)
    assert seen is not None
    save_lock(tmp_path, "two\n", seen.digest)
    assert (tmp_path / LOCK).read_text() == "two\n"
    assert [path.name for path in tmp_path.iterdir()] == [LOCK]


@pytest.mark.parametrize("seen", [None, "0" * 64])
def test_one_that_was_not_seen_stays(tmp_path: Path, seen: str | None) -> None:
    """Somebody else has agreed meanwhile."""
    (tmp_path / LOCK).write_text("theirs")
    with pytest.raises(ConflictError, match="changed by somebody else"):
        save_lock(tmp_path, "mine", seen)
    assert (tmp_path / LOCK).read_text() == "theirs"


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    """Whoever made it would put it there again."""
    (tmp_path / LOCK).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnwritableError, match="is a link"):
        save_lock(tmp_path, "mine", None)
    assert not (tmp_path / "elsewhere").exists()
