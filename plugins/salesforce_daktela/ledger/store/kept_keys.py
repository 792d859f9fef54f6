"""The keys of what the ledger keeps beside its tables, and which of it is forgotten with the two systems."""

from __future__ import annotations

from enum import StrEnum
from typing import NewType

KeptKey = NewType("KeptKey", str)
"""Made by ``kept_key`` alone, so that nothing is kept whose kind is not listed here."""


class Kind(StrEnum):
    """What is kept; each is the first piece of its keys."""

    FORM = "form"
    SEEN = "seen"
    CHECK = "check"
    DIFFERENCES = "differences"
    NUMBERS = "numbers"
    PUT = "put"
    TOLD = "told"
    DRIFT = "drift"
    STOPPED = "stopped"
    UNANSWERED = "unanswered"
    MAPPING = "mapping"
    SESSION = "session"
    STAGING = "staging"


OF_THE_SYSTEMS = frozenset(
    (
        Kind.FORM,
        Kind.SEEN,
        Kind.CHECK,
        Kind.DIFFERENCES,
        Kind.NUMBERS,
        Kind.PUT,
        Kind.TOLD,
        Kind.DRIFT,
        Kind.STOPPED,
        Kind.UNANSWERED,
    )
)
"""What is true of the systems that a sync's memory belongs to, and goes when it belongs to others. The second piece of
these keys is the sync. Mapping files are the same for all systems; a session is sealed with its connection."""


def kept_key(kind: Kind, *pieces: str) -> KeptKey:
    """Return the key of ``pieces``, which may be anything; a last empty one makes the beginning of keys."""
    return KeptKey("/".join((kind, *pieces)))
