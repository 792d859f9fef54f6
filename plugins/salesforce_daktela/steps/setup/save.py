"""Mapping files saved: only what loads, only over what the person has seen, whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from salesforce_daktela.errors import ConfigurationError, PipelineError
from salesforce_daktela.mapping.language.loader import SYNC_FILE, load_sync
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.steps.setup.folder import (
    PresentFile,
    alone,
    checked_name,
    is_companion,
    read_text,
    refuse_links,
    telling,
)

NEW_MODE = 0o644


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """A file's new text, None to delete it; ``seen`` is the digest of the text it was made from, None for no file."""

    name: str
    text: str | None
    seen: str | None


class ConflictError(PipelineError):
    """Somebody else saved ``name`` since it was read. ``present`` is what stands there now, None when it is gone."""

    def __init__(self, path: Path, present: PresentFile | None) -> None:
        self.name = path.name
        self.present = present
        what = "was deleted meanwhile" if present is None else "was changed by somebody else meanwhile"
        super().__init__(what, where=str(path), advice="compare both, and save again what is to stay")


def save_file(
    folder: Path, name: str, text: str, seen_digest: str | None, *, transforms_folder: Path | None = None
) -> SyncSpec:
    """Save one file as ``save_files`` does."""
    return save_files(folder, [FileChange(name=name, text=text, seen=seen_digest)], transforms_folder=transforms_folder)


def save_files(folder: Path, changes: Sequence[FileChange], *, transforms_folder: Path | None = None) -> SyncSpec:
    """Save files of one sync, which need each other to load; return the sync they make.

    A folder that is not there is made. Raises MappingError with every problem that the folder would have, ConflictError
    when a file is no longer the one that was seen, UnwritableError when it cannot be written. Nothing has been changed
    then, for the files are replaced when all of them lie beside their targets.
    """
    for change in changes:
        refuse_links(folder, change.name if is_companion(change.name) else checked_name(change.name))
    _refuse_unseen(folder, changes)
    spec = check_files(folder, {change.name: change.text for change in changes}, transforms_folder=transforms_folder)
    with telling(folder):
        folder.mkdir(exist_ok=True)
    replace_files(folder, changes)
    return replace(spec, folder=str(folder))


def replace_files(folder: Path, changes: Sequence[FileChange]) -> None:
    """Replace files of a folder, all of them or none. Raises ConflictError and UnwritableError as ``save_files``."""
    with contextlib.ExitStack() as prepared:
        drafts = [(change, _draft(folder, change, prepared)) for change in changes]
        with telling(folder), alone(folder):
            _refuse_unseen(folder, changes)
            for change, draft in sorted(drafts, key=_turn):
                _replace(folder / change.name, draft)
            for place in {(folder / change.name).parent for change in changes if change.text is not None} | {folder}:
                _remember(place)


def check_files(folder: Path, texts: Mapping[str, str | None], *, transforms_folder: Path | None = None) -> SyncSpec:
    """Return the sync that ``folder`` would be with these texts, None for no file; nothing is written there.

    Tests and the lock file are left aside: no sync is made of them.

    Raises MappingError with every problem, at the positions the files would have.
    """
    with tempfile.TemporaryDirectory(prefix="mappings-") as home:
        copy = Path(home) / (folder.parent.name or "mappings") / folder.name
        copy.mkdir(parents=True)
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path.suffix in (".yaml", ".yml") and path.name not in texts and path.is_file():
                (copy / path.name).write_bytes(_content(path))
        for name, text in texts.items():
            if text is not None and not is_companion(name):
                (copy / checked_name(name)).write_bytes(text.encode("utf-8", "surrogatepass"))
        return load_sync(copy, transforms_folder=transforms_folder)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as exc:
        what = f"cannot be read ({type(exc).__name__})"
        raise ConfigurationError(what, where=str(path), advice="let the user that runs Airflow read it") from exc


def _refuse_unseen(folder: Path, changes: Sequence[FileChange]) -> None:
    for change in changes:
        present = read_text(folder / change.name)
        if (None if present is None else present.digest) != change.seen:
            raise ConflictError(folder / change.name, present)


def _draft(folder: Path, change: FileChange, prepared: contextlib.ExitStack) -> Path | None:
    """Write the new text beside its target, under a hidden name that no reader of mappings takes."""
    if change.text is None:
        return None
    target = folder / change.name
    with telling(target):
        target.parent.mkdir(exist_ok=True)
        found, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        prepared.callback(_forget, Path(name))
        with os.fdopen(found, "wb") as file:
            file.write(change.text.encode())
            file.flush()
            _take_after(target, folder, file.fileno())
            os.fsync(file.fileno())
    return Path(name)


def _take_after(target: Path, folder: Path, draft: int) -> None:
    """Mode and owner of the file that is replaced; a new file has those of ``sync.yaml`` in the folder."""
    model = next((path for path in (target, folder / SYNC_FILE) if path.exists()), None)
    if model is None:
        os.fchmod(draft, NEW_MODE)
        return
    found = model.stat()
    with contextlib.suppress(OSError):  # only root may give files away
        os.fchown(draft, found.st_uid, found.st_gid)
    os.fchmod(draft, stat.S_IMODE(found.st_mode))


def _turn(change: tuple[FileChange, Path | None]) -> int:
    """New texts of mappings, then the list of them, then what it no longer names: it never names what is not there."""
    made, draft = change
    return 2 if draft is None else 1 if made.name == SYNC_FILE else 0


def _replace(target: Path, draft: Path | None) -> None:
    with telling(target):
        if draft is None:
            target.unlink()
        else:
            os.replace(draft, target)


def _remember(folder: Path) -> None:
    """Have the disk keep the new names, too."""
    found = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(found)
    finally:
        os.close(found)


def _forget(draft: Path) -> None:
    draft.unlink(missing_ok=True)
