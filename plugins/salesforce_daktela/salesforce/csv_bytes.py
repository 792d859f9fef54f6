"""The bytes of a Bulk result page on their way to the CSV parser."""

from __future__ import annotations

import io
from typing import IO

QUOTE, LINE_END = b'"', b"\n"


class CsvBytes(io.RawIOBase):
    """Reads from ``source``, leaves NUL bytes out and ends the last line.

    Once read to its end, ``whole`` tells whether every quoted value was closed: a parser takes a value that was cut
    in its middle for a shorter one.
    """

    def __init__(self, source: IO[bytes]) -> None:
        super().__init__()
        self._source = source
        self._quotes = 0
        self._last = LINE_END
        self._ended = False

    @property
    def whole(self) -> bool:
        """Whether quotes come in pairs and the last byte belongs to no value. Every value of Bulk's is quoted."""
        return self._quotes % 2 == 0 and self._last in (QUOTE, LINE_END, b"\r")

    def readable(self) -> bool:
        """It is for reading only."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return ``size`` bytes, fewer only at the end: the parser wants the whole header in its first block."""
        pieces, missing = [], size
        while not self._ended and missing != 0:
            piece = self._next(missing)
            pieces.append(piece)
            missing = missing - len(piece) if size >= 0 else size
        return b"".join(pieces)

    def _next(self, size: int) -> bytes:
        chunk = self._source.read(size) if size >= 0 else self._source.read()
        if not chunk:
            self._ended = True
            return b"" if self._last == LINE_END else LINE_END
        kept = chunk.replace(b"\0", b"")
        if kept:
            self._quotes += kept.count(QUOTE)
            self._last = kept[-1:]
        return kept
