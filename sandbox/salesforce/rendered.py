"""Pages of a Bulk job as they went out: like Salesforce, which writes results down once, and reads them often."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Hashable, Iterator
from typing import IO

PIECE = 256 * 1024
"""Bytes read from disk at a time."""


class RenderedPages:
    """Whole bodies in one unnamed file, found again by what they depend on. Close it when done."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._places: dict[Hashable, tuple[int, int]] = {}
        self._lock = threading.Lock()

    def keep(self, key: Hashable, body: bytes) -> None:
        """Write one page down."""
        with self._lock:
            if self._file is None:
                self._file = tempfile.TemporaryFile()  # noqa: SIM115 it lives as long as the job
            start = self._file.seek(0, os.SEEK_END)
            self._file.write(body)
            self._file.flush()
            self._places[key] = (start, start + len(body))

    def find(self, key: Hashable) -> Iterator[bytes] | None:
        """Give the page in pieces, None when it was never kept."""
        with self._lock:
            place = self._places.get(key)
            # A descriptor of its own: the job may be deleted while the page is being sent.
            return None if place is None or self._file is None else _pieces(os.dup(self._file.fileno()), *place)

    def close(self) -> None:
        """Let the file go."""
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
