"""Both schemas as they are now: compared with those seen before, or locked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.mapping.transforms.definition import Transform
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.steps.preflight.destination import choose_database
from salesforce_daktela.steps.preflight.forms import Forms
from salesforce_daktela.steps.preflight.inspection import Findings, inspect_mapping, schemas_before
from salesforce_daktela.steps.preflight.schema_lock import write_lock
from salesforce_daktela.sync.seen_schema import Seen


def lock_schemas(spec: SyncSpec, salesforce: SalesforceClient, daktela: DaktelaClient, *, database: str | None) -> Path:
    """Read both schemas and write the sync's lock file anew; return its path. ``database`` is the connection's own.

    Raises ConfigurationError when a mapping's object or the CRM database cannot be read.
    """
    found = inspect_schemas(spec, salesforce, daktela, database=database)
    return write_lock(spec.folder, {name: each.seen for name, each in found.items()})


def inspect_schemas(
    spec: SyncSpec,
    salesforce: SalesforceClient,
    daktela: DaktelaClient,
    *,
    database: str | None,
    locked: Mapping[str, Seen] | None = None,
    ledger: Ledger | None = None,
    transforms: Mapping[str, Transform] | None = None,
) -> dict[str, Findings]:
    """Read both schemas and compare them as the next run would; nothing is saved. Raises as ``lock_schemas``.

    They are compared with ``locked`` schemas, else with what the ``ledger`` remembers of the last run.
    """
    chosen = choose_database(spec, database, daktela)
    forms = Forms(daktela=daktela)
    return {
        mapping.name: inspect_mapping(
            mapping,
            chosen,
            salesforce,
            forms,
            reference=schemas_before(spec, mapping, locked or {}, ledger),
            transforms=transforms or {},
            objects=spec.objects,
        )
        for mapping in spec.mappings
    }
