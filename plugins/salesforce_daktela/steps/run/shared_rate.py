"""A sync's ``requests_per_second``, shared by all its processes through their common ledger."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from salesforce_daktela.errors import TransportError
from salesforce_daktela.ledger.ledger import Ledger

log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class SharedRate:
    """One process's share. The ledger is opened at the first request.

    In a ledger that no run has upgraded yet there is no one to share with: no run of this version has begun.
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
        """Release the share at once, without waiting until it expires. Where the ledger fails, it expires."""
        if self._opened is None or self._alone:
            return
        try:
            self._opened.rate_shares.give_back(self.sync, self.holder)
        except TransportError as exc:
            log.warning("the share of the rate could not be given back, it expires within seconds: %s", exc)
