"""A page's gzip, as senders and proxies may write it, and as a fault may leave it."""

from __future__ import annotations

import gzip

import pytest

from salesforce_daktela.salesforce.bulk.page_stream import BrokenPageError, PageStream

CSV = b'"Id","Name"\n' + b"".join(b'"%d","a"\n' % number for number in range(5_000))


def unpacked(packed: bytes, size: int = 10_000) -> bytes:
    """The page as a parser gets it."""
    stream = PageStream(packed, packed=True)
    return b"".join(iter(lambda: stream.read(size), b""))


def test_one_member_is_unpacked() -> None:
    """The usual case, however well it was packed."""
    assert unpacked(gzip.compress(CSV)) == CSV
    assert unpacked(gzip.compress(b"")) == b""
    assert unpacked(gzip.compress(b"1\n" * 1_000_000)) == b"1\n" * 1_000_000
    assert unpacked(gzip.compress(CSV), size=-1) == CSV


@pytest.mark.parametrize("first", [CSV, CSV[:100], b""], ids=["as-long", "shorter", "empty"])
def test_no_member_is_lost(first: bytes) -> None:
    """A proxy may join several."""
    assert unpacked(gzip.compress(first) + gzip.compress(CSV)) == first + CSV


@pytest.mark.parametrize("size", [1, 5, 100, -9, -8, -4, -1])
def test_a_cut_page_is_none(size: int) -> None:
    """Wherever it was cut, within its size at the end too."""
    with pytest.raises(BrokenPageError):
        unpacked(gzip.compress(CSV)[:size])


def test_a_changed_page_is_none() -> None:
    """The checksum tells, and so does what follows the end."""
    packed = bytearray(gzip.compress(CSV))
    packed[len(packed) // 2] ^= 1
    with pytest.raises(BrokenPageError):
        unpacked(bytes(packed))
    with pytest.raises(BrokenPageError):
        unpacked(gzip.compress(CSV) + b"<html>")


def test_no_piece_is_larger_than_asked_for() -> None:
    """However well the page was packed, and without packing."""
    body = b'"%s"\n' % (b"a" * 100_000)
    for stream in (PageStream(gzip.compress(body), packed=True), PageStream(body, packed=False)):
        pieces = list(iter(lambda: stream.read(1_000), b""))  # noqa: B023 used up within the loop
        assert max(map(len, pieces)) <= 1_000
        assert b"".join(pieces) == body


def test_pieces_of_nothing_but_nul_do_not_end_the_page() -> None:
    """They are left out, and what follows is read."""
    stream = PageStream(b'"a"\n' + b"\0" * 5_000 + b'"b"\n', packed=False)
    assert b"".join(iter(lambda: stream.read(100), b"")) == b'"a"\n"b"\n'


def test_what_is_to_follow_the_page_follows_it() -> None:
    """In pieces of the size that is asked for."""
    stream = PageStream(gzip.compress(CSV), packed=True, after=b"\nthe end\n")
    pieces = list(iter(lambda: stream.read(4), b""))
    assert b"".join(pieces) == CSV + b"\nthe end\n"
    assert max(map(len, pieces)) == 4


@pytest.mark.parametrize("body", [b'"a","b', b'"a', b"a", b'"a"x'])
def test_a_value_that_was_cut_is_told_at_the_end(body: bytes) -> None:
    """Gzip may be whole around half a value."""
    with pytest.raises(BrokenPageError):
        unpacked(gzip.compress(body))
