"""Keeps the pages of a Bulk job on disk: like Salesforce, it renders results once and sends them many times."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Hashable, Iterator
from typing import IO

PIECE = 256 * 1024
"""Bytes read from disk at a time."""


class RenderedPages:
    """Bodies of pages in one unnamed file, by the parameters that they depend on. Has to be closed."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._places: dict[Hashable, tuple[int, int]] = {}
        self._lock = threading.Lock()

    def keep(self, key: Hashable, body: bytes) -> None:
        """Store one page."""
        with self._lock:
            if self._file is None:
                self._file = tempfile.TemporaryFile()  # noqa: SIM115 it lives as long as the job
            start = self._file.seek(0, os.SEEK_END)
            self._file.write(body)
            self._file.flush()
            self._places[key] = (start, start + len(body))

    def find(self, key: Hashable) -> Iterator[bytes] | None:
        """Return the page in pieces, None when it is not stored."""
        with self._lock:
            place = self._places.get(key)
            # A descriptor of its own: the job may be deleted while the page is being sent.
            return None if place is None or self._file is None else _pieces(os.dup(self._file.fileno()), *place)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._file is not None:
                self._file.close()
            self._file = None
            self._places.clear()


def _pieces(descriptor: int, start: int, stop: int) -> Iterator[bytes]:
    try:
        for first in range(start, stop, PIECE):
            yield os.pread(descriptor, min(PIECE, stop - first), first)
    finally:
        os.close(descriptor)
