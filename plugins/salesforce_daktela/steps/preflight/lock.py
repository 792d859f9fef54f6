"""Lock both schemas as they are now."""

from __future__ import annotations

from pathlib import Path

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.steps.preflight.destination import choose_database
from salesforce_daktela.steps.preflight.forms import Forms
from salesforce_daktela.steps.preflight.inspection import inspect_mapping
from salesforce_daktela.steps.preflight.schema_lock import write_lock


def lock_schemas(spec: SyncSpec, salesforce: SalesforceClient, daktela: DaktelaClient, *, database: str | None) -> Path:
    """Read both schemas and write the sync's lock file anew; return its path. ``database`` is the connection's own.

    Raises ConfigurationError when a mapping's object or the CRM database cannot be read.
    """
    chosen = choose_database(spec, database, daktela)
    forms = Forms(daktela=daktela)
    seen = {mapping.name: inspect_mapping(mapping, chosen, salesforce, forms).seen for mapping in spec.mappings}
    return write_lock(spec.folder, seen)
