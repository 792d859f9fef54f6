"""Daktela's forms for one preflight: a pool of custom fields is always read, each form at most once an hour."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.schema.custom_fields import Described
from salesforce_daktela.daktela.schema.discovery import (
    Check,
    check_record_type,
    pool_name,
    read_pool,
    read_scheme,
    target_of,
)
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.store.kept_keys import KeptKey, Kind, kept_key
from salesforce_daktela.mapping.model import Entity
from salesforce_daktela.mapping.target import TargetSchema

FRESH = timedelta(hours=1)
"""How long a cached form is used while neither the pool nor the mapping files change. Editing a field changes the pool.
A field that is removed from a form meanwhile is refused or ignored per record, which the reports show."""


@dataclass(kw_only=True)
class Forms:
    """Without a ``ledger`` nothing is cached. ``fingerprint`` is that of what the mapping files say."""

    daktela: DaktelaClient
    ledger: Ledger | None = None
    sync: str = ""
    fingerprint: str = ""
    _seen: dict[str, Any] = field(default_factory=dict)
    _pools: dict[str, Described | None] = field(default_factory=dict)

    def target(self, entity: str, *, database: str, record_type: str | None) -> TargetSchema:
        """The writable fields of ``entity``. Raises DaktelaError as ``discover``."""
        place = database if record_type is None else f"type {record_type}"
        key = kept_key(Kind.FORM, self.sync, f"{entity} of {place}")
        if key not in self._seen:
            self._seen[key] = self._kept(key, entity)
        if self._seen[key] is None:
            self._seen[key] = read_scheme(self.daktela, entity, database=database, record_type=record_type)
            self._keep(key, entity, self._seen[key])
        return target_of(entity, self._seen[key], self._pool(entity))

    def check_type(self, record_type: str, entity: str = Entity.CRM_RECORDS) -> Check:
        """Whether there is such a type of a model's records; only a positive answer is cached."""
        key = kept_key(Kind.FORM, self.sync, entity, "type", record_type)
        if self._kept(key, entity) is not None:
            return Check(known=True, names=(record_type,))
        checked = check_record_type(self.daktela, record_type, entity)
        self._keep(key, entity, checked.known or None)
        return checked

    def _pool(self, entity: str) -> Described | None:
        name = pool_name(entity)
        if name not in self._pools:
            self._pools[name] = read_pool(self.daktela, entity)
        return self._pools[name]

    def _basis(self, entity: str) -> str:
        told = json.dumps([self._pool(entity), self.fingerprint], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()

    def _kept(self, key: KeptKey, entity: str) -> Any:
        """The cached form, None when it has to be read again: always when no pool shows changes."""
        kept = None if self.ledger is None or self._pool(entity) is None else self.ledger.cache.read(key)
        # In both directions: a form cached by a worker whose clock is a day ahead would otherwise be used for a day.
        if kept is None or abs(datetime.now(UTC) - kept[1]) >= FRESH:
            return None
        found = json.loads(kept[0])
        return found["seen"] if found["basis"] == self._basis(entity) else None

    def _keep(self, key: KeptKey, entity: str, seen: Any) -> None:
        if self.ledger is not None and seen is not None:
            value = json.dumps({"basis": self._basis(entity), "seen": seen}).encode()
            self.ledger.cache.keep(key, value, datetime.now(UTC))
