"""The environment of the terminal's verbs, opened from Airflow's connections and settings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from salesforce_daktela.airflow.connections import found_for_a_person
from salesforce_daktela.airflow.dag_ids import BESIDE
from salesforce_daktela.airflow.hooks.daktela import DaktelaHook
from salesforce_daktela.airflow.hooks.salesforce import SalesforceOrgHook
from salesforce_daktela.airflow.settings import (
    connect_ledger,
    ledger_conn_id,
    mappings_folder,
    open_staging,
    staging_place,
    transforms_folder,
)
from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.staging.store import PartStore
from salesforce_daktela.steps.run.former_staging import former_stores
from salesforce_daktela.steps.run.shared_rate import SharedRate


class AirflowEnvironment:
    """Takes connections from where Airflow finds them outside a task: environment, secrets backend, its database."""

    def __init__(self) -> None:
        self._ledger: Ledger | None = None

    def mappings_folder(self) -> Path:
        """The folder of the setting ``[salesforce_daktela] mappings_folder``."""
        return mappings_folder()

    def transforms_folder(self) -> Path:
        """``transforms`` beside the mappings folder."""
        return transforms_folder()

    def salesforce(self, conn_id: str) -> SalesforceClient:
        """The org behind a connection."""
        with found_for_a_person(conn_id):
            return SalesforceOrgHook(conn_id).client

    def daktela(self, spec: SyncSpec) -> DaktelaClient:
        """The sync's Daktela instance; all processes of the sync share its rate."""
        rate, workers = spec.limits.requests_per_second, spec.limits.workers
        shared = SharedRate(ledger=self.ledger, sync=spec.name, rate=rate)
        with found_for_a_person(spec.daktela_conn_id):
            return DaktelaHook(spec.daktela_conn_id, requests_per_second=rate, workers=workers, shared=shared).client

    def daktela_database(self, conn_id: str) -> str | None:
        """The CRM database that the connection names, if any."""
        with found_for_a_person(conn_id):
            return DaktelaHook(conn_id).settings.database

    def ledger(self) -> Ledger:
        """The ledger behind ``ledger_conn_id``, opened once and not upgraded."""
        if self._ledger is None:
            with found_for_a_person(ledger_conn_id()):
                self._ledger = connect_ledger()
        return self._ledger

    def staging(self) -> PartStore:
        """The parts below ``staging_path``."""
        return open_staging()

    def former_staging(self) -> Iterator[PartStore]:
        """The parts below what ``staging_path`` named before."""
        return former_stores(self.ledger(), staging_place(), open_staging)

    def kept_runs(self, run: str) -> list[str]:
        """The id itself for a DAG that loads, and those of the DAGs beside it."""
        return [run, *(prefix + run for prefix in BESIDE)]
