"""A page's gzip, as senders and proxies may write it, and as a fault may leave it."""

from __future__ import annotations

import gzip
import zlib

import pytest

from salesforce_daktela.salesforce.bulk.unpacking import unpacked

CSV = b'"Id","Name"\n' + b"".join(b'"%d","a"\n' % number for number in range(5_000))


def test_one_member_is_unpacked() -> None:
    """The usual case, however well it was packed."""
    assert unpacked(gzip.compress(CSV)) == CSV
    assert unpacked(gzip.compress(b"")) == b""
    assert unpacked(gzip.compress(b"a" * 1_000_000)) == b"a" * 1_000_000


@pytest.mark.parametrize("first", [CSV, CSV[:100], b""], ids=["as-long", "shorter", "empty"])
def test_no_member_is_lost(first: bytes) -> None:
    """A proxy may join several, and one that is as long as the last one must not hide it."""
    assert unpacked(gzip.compress(first) + gzip.compress(CSV)) == first + CSV


def test_a_value_that_looks_like_a_member_is_a_value() -> None:
    """Stored bytes may be anything."""
    stored = b'"\x1f\x8b\x08"\n' * 3
    packed = gzip.compress(stored, compresslevel=0)
    assert packed.count(b"\x1f\x8b\x08") > 1
    assert unpacked(packed) == stored


@pytest.mark.parametrize("size", [0, 1, 5, 100, -9, -8, -4, -1])
def test_a_cut_page_is_none(size: int) -> None:
    """Wherever it was cut, within its size at the end too."""
    with pytest.raises((zlib.error, EOFError, OSError)):
        unpacked(gzip.compress(CSV)[:size])


def test_a_changed_page_is_none() -> None:
    """The checksum tells, and so does what follows the end."""
    packed = bytearray(gzip.compress(CSV))
    packed[len(packed) // 2] ^= 1
    with pytest.raises((zlib.error, EOFError, OSError)):
        unpacked(bytes(packed))
    with pytest.raises((zlib.error, EOFError, OSError)):
        unpacked(gzip.compress(CSV) + b"<html>")


def test_a_false_size_takes_no_memory() -> None:
    """Four bytes could claim four gigabytes."""
    with pytest.raises((zlib.error, EOFError, OSError)):
        unpacked(gzip.compress(CSV)[:-4] + b"\xff" * 4)
