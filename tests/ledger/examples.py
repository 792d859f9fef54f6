"""Ids, times and entries that the ledger's tests share."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import Claim, Intent, RecordEntry, RecordState

SYNC, MAPPING = "crm", "contacts"
START = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def at(minutes: float) -> datetime:
    """So many minutes after the start."""
    return START + timedelta(minutes=minutes)


def id_of(number: int, prefix: str = "003") -> str:
    """An 18-character Id."""
    return f"{prefix}{number:015d}"


def entry(
    number: int = 1,
    *,
    name: str | None = None,
    state: RecordState = RecordState.LIVE,
    digest: bytes | None = b"0123456789abcdef",
    stamp: datetime | None = START,
    read_at: datetime = START,
    extraction: str = "e1",
    written_at: datetime = START,
) -> RecordEntry:
    """What Daktela accepted for one record."""
    return RecordEntry(
        id=id_of(number),
        name=f"sf_contact_{number}" if name is None else name,
        state=state,
        digest=digest,
        stamp=stamp,
        read_at=read_at,
        extraction=extraction,
        outcome="created",
        adopted=False,
        written_at=written_at,
    )


def intent(number: int = 1, *, extraction: str = "e1", read_at: datetime = START) -> Intent:
    """A create about to be sent."""
    return Intent(id=id_of(number), name=f"sf_contact_{number}", extraction=extraction, read_at=read_at)


def intend(ledger: Ledger, sync: str, mapping: str, intents: Sequence[Intent], *, holder: str = "test") -> set[str]:
    """Claim first writes, each resting on what the ledger holds; return what was free."""
    found = ledger.records.read(sync, mapping, [intent.id for intent in intents])
    claims = [Claim(id=each.id, name=each.name, expected=found.get(each.id), intent=each) for each in intents]
    return ledger.leases.take(sync, mapping, claims, holder, seconds=60)
