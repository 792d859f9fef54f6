"""Hold records while they are written, and go on holding them however long Daktela takes."""

from __future__ import annotations

import contextlib
import logging
import threading
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from salesforce_daktela.errors import TransportError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import Claim, RecordEntry

log = logging.getLogger(__name__)

SECONDS = 60.0
"""How long a record stays held after its holder has died."""

PAUSES = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 30.0, 60.0, 60.0)
"""Seconds before each new look at records that another run holds: longer in all than a dead holder keeps them."""


@dataclass(slots=True, kw_only=True)
class Holder:
    """One process that writes one part. ``siblings`` are the mappings that write to the same Daktela objects."""

    ledger: Ledger
    sync: str
    mapping: str
    siblings: Sequence[str]
    _name: str = field(default_factory=lambda: uuid.uuid4().hex)
    _held: set[str] = field(default_factory=set)

    def take(self, claims: Sequence[Claim]) -> set[str]:
        """Hold what is free and stands as expected; return its Ids."""
        if not claims:
            return set()
        taken = self.ledger.leases.take(
            self.sync, self.mapping, claims, self._name, seconds=SECONDS, siblings=self.siblings
        )
        self._held |= taken
        return taken

    def forget(self, ids: Iterable[str]) -> None:
        """These have been accepted, which let go of them."""
        self._held.difference_update(ids)

    def drop(self, entries: Sequence[RecordEntry]) -> int:
        """Have the ledger forget entries that are held and stand as given; return how many."""
        self._held.difference_update(entry.id for entry in entries)
        return self.ledger.records.drop(self.sync, self.mapping, entries, self._name)

    @contextlib.contextmanager
    def holding(self) -> Iterator[None]:
        """Renew what is held until the block ends, then let go of what is left."""
        ended = threading.Event()
        thread = threading.Thread(target=self._renew_until, args=(ended,), name="leases", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
            if self._held:
                self.ledger.leases.release(self.sync, self.mapping, sorted(self._held), self._name)
                self._held.clear()

    def _renew_until(self, ended: threading.Event) -> None:
        while not ended.wait(SECONDS / 3):
            held = sorted(self._held.copy())
            if not held:
                continue
            try:
                self.ledger.leases.renew(self.sync, self.mapping, held, self._name, seconds=SECONDS)
            except TransportError as exc:
                log.warning("records could not be held any longer: %s", exc)


def still_held(count: int, mapping: str) -> TransportError:
    """The error when another run does not let go."""
    return TransportError(
        f"{count} records are being written by another run of mapping {mapping}",
        where=f"mapping {mapping}",
        advice="nothing of them was written here; the next try goes on with them",
    )
