"""What the last whole preflight found, kept in the ledger for an hour."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.digests import digest
from salesforce_daktela.ledger.store.kept_keys import KeptKey, Kind, kept_key
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.mapping.transforms.definition import Transform
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.steps.preflight.schema_lock import lock_text, read_lock
from salesforce_daktela.steps.run.facts import RunFacts
from salesforce_daktela.steps.run.fingerprint import sync_fingerprint

FRESH = timedelta(hours=1)
"""How long runs go by a check of both systems, and by Salesforce's describes, at the most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastCheck:
    """``facts`` of a run of all mappings, and the describes behind them, which were read at ``described_at``."""

    facts: RunFacts
    described: Mapping[str, dict[str, Any]]
    described_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LastChecks:
    """Keeps and finds the last check of one sync with its files, connections and lock file as they are now."""

    spec: SyncSpec
    transforms: Mapping[str, Transform]
    salesforce: SalesforceClient
    daktela: DaktelaClient
    ledger: Ledger

    def find(self) -> LastCheck | None:
        """The last check, None when it is older than an hour or was made for something else."""
        kept = self.ledger.cache.read(self._key)
        # In both directions: what a worker kept whose clock is a day ahead would otherwise be used for a day.
        if kept is None or abs(datetime.now(UTC) - kept[1]) >= FRESH:
            return None
        try:
            told = json.loads(zlib.decompress(kept[0]))
            if told["basis"] != self._basis:
                return None
            return LastCheck(facts=RunFacts.from_dict(told["facts"]), described=told["described"], described_at=kept[1])
        except (zlib.error, ValueError, KeyError, TypeError):
            return None  # another release has kept it

    def keep(self, check: LastCheck) -> None:
        """Keep a check in place of the former one. It is as old as its describes."""
        told = {"basis": self._basis, "facts": check.facts.to_dict(), "described": dict(check.described)}
        self.ledger.cache.keep(self._key, zlib.compress(json.dumps(told).encode()), check.described_at)

    @property
    def _key(self) -> KeptKey:
        return kept_key(Kind.CHECK, self.spec.name)

    @property
    def _basis(self) -> str:
        """Changes with whatever the findings depend on besides the two systems. Secrets are in it as a salted hash."""
        credentials = self.salesforce.credentials
        told = [
            sync_fingerprint(self.spec),
            sorted((name, each.source) for name, each in self.transforms.items()),
            lock_text(read_lock(self.spec.folder)),
            asdict(self.daktela.settings),
            {**asdict(credentials), "trusted_hosts": sorted(credentials.trusted_hosts)},
        ]
        return digest(self.ledger.salt(), json.dumps(told, sort_keys=True)).hex()
