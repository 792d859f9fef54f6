"""Lease records while they are written, and renew the leases for as long as Daktela takes."""

from __future__ import annotations

import contextlib
import logging
import threading
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError

from salesforce_daktela.errors import PipelineError, TransportError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import Claim, RecordEntry

log = logging.getLogger(__name__)

SECONDS = 60.0
"""Seconds that a record stays leased after the process that leased it has died."""

PAUSES = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 30.0, 60.0, 60.0)
"""Seconds before each new try to lease what another run has leased: in all longer than a dead process keeps a lease."""


@dataclass(slots=True, kw_only=True)
class LeaseHolder:
    """One process that writes one part. ``siblings`` are the mappings that write to the same Daktela objects."""

    ledger: Ledger
    sync: str
    mapping: str
    siblings: Sequence[str]
    _name: str = field(default_factory=lambda: uuid.uuid4().hex)
    _leased: set[str] = field(default_factory=set)

    def take(self, claims: Sequence[Claim]) -> set[str]:
        """Lease the records that are free and whose entries are as expected; return their Ids."""
        if not claims:
            return set()
        taken = self.ledger.leases.take(
            self.sync, self.mapping, claims, self._name, seconds=SECONDS, siblings=self.siblings
        )
        self._leased |= taken
        return taken

    def forget(self, ids: Iterable[str]) -> None:
        """Renew these no longer: accepting them in the ledger has released them."""
        self._leased.difference_update(ids)

    def drop(self, entries: Sequence[RecordEntry]) -> int:
        """Delete those ledger entries that are leased and as given; return how many."""
        self._leased.difference_update(entry.id for entry in entries)
        return self.ledger.records.drop(self.sync, self.mapping, entries, self._name)

    @contextlib.contextmanager
    def renewing(self) -> Iterator[None]:
        """Renew the leases until the block ends, then release those that are left."""
        ended = threading.Event()
        thread = threading.Thread(target=self._renew_until, args=(ended,), name="leases", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
            self._release()

    def _release(self) -> None:
        """Leases that the ledger cannot release now end by themselves: they must not hide what has ended the block."""
        leased = sorted(self._leased)
        self._leased.clear()
        if not leased:
            return
        try:
            self.ledger.leases.release(self.sync, self.mapping, leased, self._name)
        except TransportError as exc:
            log.warning("leases could not be released, they end after %d s: %s", SECONDS, exc)

    def _renew_until(self, ended: threading.Event) -> None:
        while not ended.wait(SECONDS / 3):
            leased = sorted(self._leased.copy())
            if not leased:
                continue
            try:
                self.ledger.leases.renew(self.sync, self.mapping, leased, self._name, seconds=SECONDS)
            except (PipelineError, SQLAlchemyError) as exc:
                # This thread is not the one to judge: whatever lasts stops the writing itself.
                log.warning("leases could not be renewed: %s", exc if isinstance(exc, PipelineError) else type(exc))


def still_leased(count: int, mapping: str) -> TransportError:
    """The error when another run does not release the records."""
    return TransportError(
        f"{count} records are being written by another run of mapping {mapping}",
        where=f"mapping {mapping}",
        advice="none of them was written here; the next try goes on with them",
    )
