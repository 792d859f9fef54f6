"""Forget a record on request: only where it is gone from Salesforce, unless somebody insists, and with a receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.digests import digest
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.steps.preflight.destination import choose_database
from salesforce_daktela.steps.preflight.ledger_binding import check_belongs, ends_of
from salesforce_daktela.steps.record.forget import Removed


def refuse_foreign(
    spec: SyncSpec, salesforce: SalesforceClient, daktela: DaktelaClient, ledger: Ledger, *, database: str | None
) -> None:
    """Refuse systems that the ledger is not bound to: a record that another org lacks is not gone.

    ``database`` is the one that the Daktela connection names, if any. Raises ConfigurationError.
    """
    met = ends_of(salesforce, daktela, choose_database(spec, database, daktela))
    check_belongs(spec.name, ledger, met)


def receipt(ledger: Ledger, record: str, removed: Sequence[Removed]) -> dict[str, Any]:
    """Return what proves that a record was forgotten, without its Id: only who knows the Id can compare the digest."""
    return {
        "ledger": {"place": ledger.place(), "identity": ledger.bindings.identity()},
        "digest": digest(ledger.salt(), record).hex(),
        "digest_of": "HMAC-SHA256 of the 18-character Id under this ledger's salt, first 16 bytes",
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "syncs": [asdict(each) for each in removed],
    }
