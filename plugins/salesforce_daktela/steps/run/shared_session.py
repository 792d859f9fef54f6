"""Salesforce sessions shared by the tasks of all runs, encrypted in the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.store.kept_keys import KeptKey, Kind, kept_key
from salesforce_daktela.salesforce.sign_in.kept_session import seal, unseal
from salesforce_daktela.salesforce.sign_in.oauth import AccessToken
from salesforce_daktela.salesforce.wire.credentials import SalesforceCredentials


@dataclass(frozen=True, slots=True)
class SharedSession:
    """A ``TokenKeeper`` for one Airflow connection."""

    ledger: Ledger
    conn_id: str
    credentials: SalesforceCredentials

    def get(self) -> AccessToken | None:
        """A token that a task has saved within the last hour."""
        kept = self.ledger.cache.read(self._key)
        return None if kept is None else unseal(kept[0], self.credentials, self.ledger.salt())

    def put(self, token: AccessToken) -> None:
        """Save a token for later tasks."""
        self.ledger.cache.keep(self._key, seal(token, self.credentials, self.ledger.salt()), datetime.now(UTC))

    @property
    def _key(self) -> KeptKey:
        return kept_key(Kind.SESSION, self.conn_id)
