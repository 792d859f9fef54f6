"""A byte stream without NUL bytes, which Bulk's CSV may carry and no database takes."""

from __future__ import annotations

import io
from typing import IO


class NulFree(io.RawIOBase):
    """Reads from ``source`` and leaves NUL bytes out."""

    def __init__(self, source: IO[bytes]) -> None:
        super().__init__()
        self._source = source

    def readable(self) -> bool:
        """It is for reading only."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return up to ``size`` bytes; empty only at the end."""
        while True:
            chunk = self._source.read(size) if size >= 0 else self._source.read()
            kept = chunk.replace(b"\0", b"")
            if kept or not chunk:
                return kept
