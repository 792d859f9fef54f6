"""The CSV of a downloaded page, unpacked piece by piece as a parser reads it. Pure."""

from __future__ import annotations

import io
from typing import Protocol

from isal import isal_zlib

GZIP_WINDOW = 31
"""zlib's number for gzip with the largest window."""

ENDS = (b"", b'"', b"\n", b"\r")
WITHIN = "the download ends within a value"


class BrokenPageError(ValueError):
    """The page ends within a value, or its gzip is damaged."""


class PageStream(io.RawIOBase):
    """Reads ``body``, which is CSV or its gzip, without NUL bytes, and then ``after`` unless there was nothing.

    ``read`` may give less than it is asked for. It raises BrokenPageError for damaged gzip, and at the end of a page
    whose last byte ends neither a value nor a row: Bulk quotes every value.
    """

    def __init__(self, body: bytes, *, packed: bool, after: bytes = b"") -> None:
        self._source: _Source = _Unpacked(body) if packed and body else io.BytesIO(body)
        self._after = after
        self._last = b""

    def readable(self) -> bool:
        """Always."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The next piece, of at most ``size`` bytes; empty at the end."""
        while piece := self._source.read(size):
            # Looking for a NUL is twenty times as fast as replacing none.
            text = piece.replace(b"\0", b"") if b"\0" in piece else piece
            if text:
                self._last = text[-1:]
                return text
        if self._last not in ENDS:
            raise BrokenPageError(WITHIN)
        piece = self._after[: size if size >= 0 else None] if self._last else b""
        self._after = self._after[len(piece) :]
        return piece


class _Source(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Unpacked:
    """What gzip holds, of one member or several: isal unpacks it in half the time that zlib takes."""

    def __init__(self, packed: bytes) -> None:
        self._left = packed
        self._member = isal_zlib.decompressobj(GZIP_WINDOW)

    def read(self, size: int, /) -> bytes:
        while not self._member.eof or self._next_member():
            piece = self._piece(max(size, 0))
            self._left = self._member.unconsumed_tail
            if piece:
                return piece
            if not self._member.eof:
                raise BrokenPageError("the page's gzip ends early")
        return b""

    def _piece(self, size: int) -> bytes:
        try:
            return self._member.decompress(self._left, size)
        except isal_zlib.error as exc:  # type: ignore[misc]  # its stub takes the class for an exception
            raise BrokenPageError(str(exc)) from None

    def _next_member(self) -> bool:
        self._left = self._member.unused_data
        if self._left:
            self._member = isal_zlib.decompressobj(GZIP_WINDOW)
        return bool(self._left)
