"""The part files of all syncs in a staging folder, which may hold other files, too."""

from __future__ import annotations

from datetime import UTC, datetime

from salesforce_daktela.staging.keys import DEPTH, sync_of
from salesforce_daktela.staging.publishing import on_s3
from salesforce_daktela.staging.store import PartStore


def files_by_sync(store: PartStore) -> dict[str, list[str]]:
    """Return the sorted paths of part files, complete or not, by sync; relative to the staging folder."""
    # Deeper folders are other people's. On S3 a listing without a depth is one request for each 1000 files; with it,
    # one for each folder.
    found = store.filesystem.find(store.base, maxdepth=None if on_s3(store.filesystem) else DEPTH)
    start = len(store.filesystem._strip_protocol(store.base).rstrip("/")) + 1
    files: dict[str, list[str]] = {}
    for path in sorted(each[start:] for each in found):
        sync = sync_of(path)
        if sync is not None:
            files.setdefault(sync, []).append(path)
    return files


def written_before(store: PartStore, path: str, moment: datetime) -> bool:
    """Whether a file was written before, by the storage's clock; no when it is gone or the storage does not say."""
    try:
        found: datetime = store.filesystem.modified(f"{store.base.rstrip('/')}/{path}")
    except (FileNotFoundError, NotImplementedError):
        return False
    return (found if found.tzinfo is not None else found.replace(tzinfo=UTC)) < moment
