"""Digests of how Daktela stores what was written, so that a changed form is not taken for an edit later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from salesforce_daktela.daktela.write.read_back import edits, loose_text, loosely_same, paths_of
from salesforce_daktela.ledger.records.digests import digest


def read_back_digest(salt: bytes, sent: Mapping[str, Any], stored: Mapping[str, Any]) -> bytes | None:
    """Return a digest of the sent fields as stored; None when they are stored as sent or the reply lacks some."""
    paths = paths_of(sent)
    if any(key not in stored for key in sent) or loosely_same(sent, stored, paths):
        return None
    return stored_digest(salt, stored, paths)


def stored_digest(salt: bytes, record: Mapping[str, Any], paths: Sequence[str]) -> bytes:
    """Return a digest of some fields that is the same before and after Daktela's known changes of values."""
    return digest(salt, loose_text(record, paths))


def is_as_written(body: Mapping[str, Any], stored: Mapping[str, Any], read_back: bytes | None, salt: bytes) -> bool:
    """Whether a record still has what was written: as Daktela stores values, or as it answered to the write."""
    return not edits(body, stored) or (
        read_back is not None and stored_digest(salt, stored, paths_of(body)) == read_back
    )
