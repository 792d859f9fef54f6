"""A sync's folder as a place to write to: what files it holds now, and whether they can be replaced."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.mapping.language.loader import MAPPING_NAME, SYNC_FILE
from salesforce_daktela.mapping.testing.reading import FOLDER as TESTS
from salesforce_daktela.steps.preflight.schema_lock import LOCK

TEST_FILE = re.compile(rf"{TESTS}/\w[\w.-]*\.yaml", re.ASCII)

ELSEWHERE = "download the file, or take the difference as a patch, and deploy it the way your mappings come here"
MOUNT = "mount the folder so that Airflow's API server may write to it, or " + ELSEWHERE
ADVICE = {
    errno.EROFS: ("is mounted read-only", MOUNT),
    errno.EACCES: ("may not be written by the user that runs Airflow", "let that user write to it, or " + ELSEWHERE),
    errno.EPERM: ("may not be written by the user that runs Airflow", "let that user write to it, or " + ELSEWHERE),
    errno.EBUSY: ("is mounted as a single file, which cannot be replaced", "mount its folder instead"),
    errno.ENOSPC: ("has no room left on its disk", "make room"),
    errno.EDQUOT: ("has no room left on its disk", "make room"),
}


class UnwritableError(ConfigurationError):
    """A folder or a file in it cannot be written; the text says why, and what to do instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentFile:
    """A file's text, as it is in UTF-8, with the digest to hand back when it is saved."""

    text: str
    digest: str


def read_file(folder: Path, name: str) -> PresentFile | None:
    """Return a file of a sync's folder, None when there is none.

    Raises ConfigurationError for names that no such file has, and as ``read_text``.
    """
    return read_text(folder / checked_name(name))


def read_text(path: Path) -> PresentFile | None:
    """Return a file of whatever name, None when there is none.

    Raises ConfigurationError when it cannot be read as UTF-8.
    """
    try:
        raw = path.read_bytes()
        return PresentFile(text=raw.decode("utf-8"), digest=hashlib.sha256(raw).hexdigest())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as exc:
        what = f"cannot be read ({type(exc).__name__})"
        raise ConfigurationError(what, where=str(path), advice="save it as UTF-8 text that Airflow may read") from exc


def read_files(folder: Path) -> dict[str, PresentFile]:
    """Return the files of a sync's folder by name; none where there is no folder.

    Raises ConfigurationError for a folder or a file that cannot be read.
    """
    try:
        names = sorted(path.name for path in folder.iterdir() if is_name(path.name))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as exc:
        what = f"cannot be listed ({type(exc).__name__})"
        raise ConfigurationError(what, where=str(folder), advice="let the user that runs Airflow read it") from exc
    return _those_there(folder, names)


def read_companions(folder: Path) -> dict[str, PresentFile]:
    """Return the files beside the mapping files that name mappings, ``tests/contacts.yaml`` or the lock file, by name.

    Raises ConfigurationError for a file that cannot be read.
    """
    tests = folder / TESTS
    names = [f"{TESTS}/{path.name}" for path in sorted(tests.iterdir())] if tests.is_dir() else []
    return _those_there(folder, [LOCK, *(name for name in names if is_companion(name))])


def read_with(folder: Path, names: Iterable[str]) -> dict[str, PresentFile]:
    """Return the files of a sync's folder, and of its companions those of these ``names``.

    Raises ConfigurationError for a folder or a file that cannot be read.
    """
    return read_files(folder) | _those_there(folder, [name for name in names if is_companion(name)])


def _those_there(folder: Path, names: Iterable[str]) -> dict[str, PresentFile]:
    found = {name: read_text(folder / name) for name in names}
    return {name: file for name, file in found.items() if file is not None}


def is_companion(name: str) -> bool:
    """Whether it is the name of a file of tests, or of the lock file."""
    return name == LOCK or TEST_FILE.fullmatch(name) is not None


def is_name(name: str) -> bool:
    """Whether a sync's folder may hold a file of this name."""
    stem = name.removesuffix(".yaml")
    return name == SYNC_FILE or (name != stem and MAPPING_NAME.fullmatch(stem) is not None)


def checked_name(name: str) -> str:
    """Return the name of a file that a sync's folder may hold. Raises ConfigurationError for any other."""
    if is_name(name):
        return name
    advice = "use a-z, 0-9 and _, a letter first, and .yaml at the end; users and preflight are taken"
    raise ConfigurationError("is no name of a mapping file", where=repr(name), advice=advice)


def refuse_links(folder: Path, name: str) -> None:
    """Refuse what other programs have put there as links, and will put there again.

    git-sync and Kubernetes' ConfigMaps show their files through links to hidden folders and change the links: a file
    written there would be gone at their next turn. Raises UnwritableError.
    """
    for path in (folder, (folder / name).parent, folder / name):
        if path.is_symlink():
            raise UnwritableError(f"is a link to {os.readlink(path)}", where=str(path), advice=ELSEWHERE)
    hidden = [
        part for part in Path(os.path.realpath(folder)).parts if part.startswith(".") and part not in folder.parts
    ]
    if hidden:
        what = f"comes through a link to the hidden folder {hidden[0]}, as git-sync and ConfigMaps make them"
        raise UnwritableError(what, where=str(folder), advice=ELSEWHERE)


def why_unwritable(folder: Path) -> str | None:
    """Return why files of ``folder`` cannot be saved and what to do, None when they can.

    It is tried: mode bits do not bind root, and do not tell of mounts. A folder that is not there yet is asked of the
    one above it.
    """
    place = folder if folder.exists() else folder.parent
    try:
        refuse_links(folder, SYNC_FILE)
        with telling(place):
            found, trial = tempfile.mkstemp(prefix=".trial.", dir=place)
            os.close(found)
            os.unlink(trial)
    except UnwritableError as exc:
        return str(exc)
    return None


@contextlib.contextmanager
def telling(path: Path) -> Iterator[None]:
    """Tell errors of the file system as what they mean for whoever saves. Raises UnwritableError."""
    try:
        yield
    except OSError as exc:
        what, advice = ADVICE.get(exc.errno or 0, (f"cannot be written ({exc.strerror or exc})", ELSEWHERE))
        raise UnwritableError(what, where=str(path), advice=advice) from exc


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep other savers of this machine out while files are compared and replaced."""
    found = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # a file system without locks: the comparison alone has to do
            fcntl.flock(found, fcntl.LOCK_EX)
        yield
    finally:
        os.close(found)
