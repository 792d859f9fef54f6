"""How far a window has been read by REST, kept in the checkpoint in place of a Bulk job's locator."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field

from salesforce_daktela.ledger.records.entries import ExtractCheckpoint
from salesforce_daktela.salesforce.query.rest import Place

ENDED = "ended"
EXPIRED = "INVALID_QUERY_LOCATOR"
"""What Salesforce says two days after it has named a next page, or earlier when others ask for many."""


@dataclass(slots=True, kw_only=True)
class RestMarker:
    """``resumes`` when an earlier run has left a place to go on from. A window that is halved leaves none."""

    place: Place = field(default_factory=Place)
    ended: bool = False
    resumes: bool = False
    _queries: int = 0

    @classmethod
    def of(cls, checkpoint: ExtractCheckpoint) -> RestMarker:
        """What a checkpoint says."""
        if checkpoint.locator is None or checkpoint.locator == ENDED:
            return cls(ended=checkpoint.locator == ENDED)
        return cls(place=Place(**json.loads(checkpoint.locator)), resumes=True)

    def enter(self) -> Place:
        """The place of one more query: only that of the first is kept."""
        self._queries += 1
        return self.place if self._queries == 1 else Place()

    @property
    def halved(self) -> bool:
        """Whether more than one query has been entered."""
        return self._queries > 1

    def text(self) -> str | None:
        """What to keep, None where reading has to begin anew."""
        if self._queries != 1 or self.place.following is None:
            return None
        return json.dumps(dataclasses.asdict(self.place))
