"""Rows whose Id is not among many others."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from salesforce_daktela.staging import absent
from salesforce_daktela.staging.absent import absent_rows

SCHEMA = pa.schema([("Id", pa.string()), ("IsDeleted", pa.bool_())])


def page(*numbers: int) -> pa.Table:
    return pa.table({"Id": [f"003{n:012d}AAA" for n in numbers], "IsDeleted": [n % 2 == 0 for n in numbers]}, SCHEMA)


def pages(start: int, end: int, rows: int) -> Iterator[pa.Table]:
    for first in range(start, end, rows):
        yield page(*range(first, min(first + rows, end)))


@pytest.mark.parametrize("known_rows", [0, 100, 1_000, 3_000], ids="told {} known rows".format)
@pytest.mark.parametrize("rows", [1, 7, 2_000])
def test_absent_rows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, known_rows: int, rows: int) -> None:
    """Each once, at all sizes of pages and buckets, and with a wrong ``known_rows``; no file is left."""
    monkeypatch.setattr(absent, "BUCKET_ROWS", 100)
    monkeypatch.setattr(absent, "BLOCK_ROWS", 100)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    pieces = list(absent_rows(pages(500, 1_700, rows), pages(0, 1_000, 50), known_rows=known_rows))
    assert max(piece.num_rows for piece in pieces) <= 100
    assert pa.concat_tables(pieces).sort_by("Id") == page(*range(1_000, 1_700))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("known_rows", [0, 1_000])
def test_nothing_known_and_nothing_asked(monkeypatch: pytest.MonkeyPatch, known_rows: int) -> None:
    """Without known Ids every row is absent; without rows none is."""
    monkeypatch.setattr(absent, "BUCKET_ROWS", 100)
    monkeypatch.setattr(absent, "BLOCK_ROWS", 100)
    assert sum(piece.num_rows for piece in absent_rows(pages(0, 300, 50), (), known_rows=known_rows)) == 300
    assert list(absent_rows((), pages(0, 300, 50), known_rows=known_rows)) == []
