"""A sync's ``requests_per_second`` as all its processes share it, by the ledger that they share."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from salesforce_daktela.ledger.ledger import Ledger


@dataclass(slots=True, kw_only=True)
class SharedRate:
    """One process's part in it. The ledger is opened at the first request.

    A ledger that no run has brought up to date yet has nobody to share with: no run of this version has begun.
    """

    ledger: Callable[[], Ledger]
    sync: str
    rate: float
    holder: str = field(default_factory=lambda: uuid.uuid4().hex)
    _opened: Ledger | None = field(default=None, init=False)
    _alone: bool = field(default=False, init=False)

    def take(self, wanted: float, seconds: float) -> float:
        """Return the share for ``seconds`` from now. Raises TransportError when the ledger fails."""
        if self._opened is None and not self._alone:
            self._opened = self.ledger()
            version = self._opened.overview.version()
            self._alone = version.found != version.known
        if self._opened is None or self._alone:
            return self.rate
        return self._opened.rate_shares.take(self.sync, self.holder, rate=self.rate, wanted=wanted, seconds=seconds)

    def give_back(self) -> None:
        """Leave the share to the others at once, and not only when it has run out."""
        if self._opened is not None and not self._alone:
            self._opened.rate_shares.give_back(self.sync, self.holder)
