"""How a file appears under its name only when it is complete, on disks and on object storage."""

from __future__ import annotations

import contextlib
import logging
import os
import uuid
from collections.abc import Iterator
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

log = logging.getLogger(__name__)

S3 = frozenset(("s3", "s3a"))


def on_s3(filesystem: fsspec.AbstractFileSystem) -> bool:
    """Whether objects appear whole, and folders are only parts of their names."""
    protocols = filesystem.protocol
    return not S3.isdisjoint((protocols,) if isinstance(protocols, str) else protocols)


def forget_listings(filesystem: fsspec.AbstractFileSystem) -> None:
    """Make a file system ask the storage each time: other processes write and delete parts, too.

    fsspec keeps listings for the life of a process, with the files' sizes, and reads a file to the size that it knows.
    """
    filesystem.dircache.use_listings_cache = False
    filesystem.dircache.clear()


@contextlib.contextmanager
def publishing(filesystem: fsspec.AbstractFileSystem, path: str) -> Iterator[Any]:
    """Open a file for writing. It appears at ``path`` when the block has succeeded, and never when it failed."""
    with _uploading(filesystem, path) if on_s3(filesystem) else _renaming(filesystem, path) as file:
        yield file


@contextlib.contextmanager
def _uploading(filesystem: fsspec.AbstractFileSystem, path: str) -> Iterator[Any]:
    """An upload in parts that is completed or aborted; a rename would copy the object and delete the first one."""
    file = filesystem.open(path, "wb", autocommit=False)
    try:
        with file:
            yield file
        file.commit()
    except BaseException:
        file.closed = True  # else the collected file would begin the upload again
        with contextlib.suppress(Exception):
            file.discard()
        raise


@contextlib.contextmanager
def _renaming(filesystem: fsspec.AbstractFileSystem, path: str) -> Iterator[Any]:
    partial = partial_name(path)
    try:
        with filesystem.open(partial, "wb") as file:
            keep_private(filesystem, partial, 0o600)
            yield file
        filesystem.mv(partial, path)
    except BaseException:
        with contextlib.suppress(Exception):
            filesystem.rm_file(partial)
        raise


def copy_file(filesystem: fsspec.AbstractFileSystem, source: str, path: str) -> None:
    """Copy a file; the copy appears at ``path`` only when it is complete."""
    if on_s3(filesystem):
        filesystem.cp_file(source, path)
        return
    partial = partial_name(path)
    filesystem.cp_file(source, partial)
    keep_private(filesystem, partial, 0o600)
    filesystem.mv(partial, path)


def partial_name(path: str) -> str:
    """Return a new name beside ``path`` for what is not complete."""
    return f"{path}.{uuid.uuid4().hex[:8]}.partial"


def make_folder(filesystem: fsspec.AbstractFileSystem, base: str, folder: str) -> None:
    """Create ``folder`` and those between it and ``base``; on a local disk only the owner may enter them.

    An existing ``base`` keeps its mode, because it may hold other files; a new one is private, too. S3 has no folders,
    and asking it for one would create a bucket whose name is misspelt.
    """
    if on_s3(filesystem):
        return
    if isinstance(filesystem, LocalFileSystem) and not filesystem.exists(base):
        filesystem.makedirs(base, exist_ok=True)
        keep_private(filesystem, base, 0o700)
    path = base.rstrip("/")
    filesystem.makedirs(f"{path}/{folder}", exist_ok=True)
    for piece in filter(None, folder.split("/")):
        path = f"{path}/{piece}"
        keep_private(filesystem, path, 0o700)


def keep_private(filesystem: fsspec.AbstractFileSystem, path: str, mode: int) -> None:
    """Set the mode of a file or folder on a local disk, independent of the umask. Object storages have no modes."""
    if not isinstance(filesystem, LocalFileSystem):
        return
    try:
        os.chmod(filesystem._strip_protocol(path), mode)
    except PermissionError:
        log.warning("%s belongs to another user: ask the owner to remove the rights of others", path)
