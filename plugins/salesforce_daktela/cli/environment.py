"""What a verb needs: its folders, clients of the two systems, the ledger and the staging area."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol, TypeAlias

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.staging.store import PartStore


class Environment(Protocol):
    """Opens each thing when a verb asks for it. Raises ConfigurationError that names the wrong setting."""

    def mappings_folder(self) -> Path:
        """The folder that holds one folder for each sync."""

    def transforms_folder(self) -> Path:
        """The folder of the project's own transforms; there may be none."""

    def salesforce(self, conn_id: str) -> SalesforceClient:
        """The org behind a connection."""

    def daktela(self, spec: SyncSpec) -> DaktelaClient:
        """The sync's instance, within the sync's limits: all processes of the sync share its rate."""

    def daktela_database(self, conn_id: str) -> str | None:
        """The CRM database that a connection names, if any."""

    def ledger(self) -> Ledger:
        """The ledger, not upgraded."""

    def staging(self) -> PartStore:
        """The part files."""

    def former_staging(self) -> Iterable[PartStore]:
        """The part files of places where runs had them before the setting was changed."""

    def kept_runs(self, run: str) -> Sequence[str]:
        """The ids under which the ledger may have a run of this id in Airflow: those of several DAGs may be equal."""


OpenEnvironment: TypeAlias = Callable[[], Environment]
