"""Where a sync's records are looked at by people: the addresses that its connections hold, without asking there."""

from __future__ import annotations

from dataclasses import dataclass

from airflow.sdk import BaseHook
from sqlalchemy.exc import SQLAlchemyError

from salesforce_daktela.airflow.hooks.daktela import DaktelaHook
from salesforce_daktela.airflow.hooks.salesforce import SalesforceOrgHook
from salesforce_daktela.airflow.releases import AirflowNotFoundException
from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.mapping.model import Constant, MappingSpec, SyncSpec
from salesforce_daktela.salesforce.wire.address import normalise_instance
from salesforce_daktela.ui.system_links import daktela_link, salesforce_link


@dataclass(frozen=True, slots=True, kw_only=True)
class Instances:
    """Addresses of the org and of the Daktela instance; empty where a connection does not say."""

    spec: SyncSpec | None = None
    salesforce: str = ""
    daktela: str = ""

    def salesforce_link(self, id_: str) -> str:
        """The page of a record in Salesforce, empty where it is not known."""
        return salesforce_link(self.salesforce, id_)

    def daktela_link(self, mapping: str, name: str | None) -> str:
        """The page of an object in Daktela, empty where it is not known."""
        found = None if self.spec is None else next((m for m in self.spec.mappings if m.name == mapping), None)
        if found is None or name is None:
            return ""
        return daktela_link(self.daktela, found.entity, name, _record_type(found))


UNKNOWN = Instances()
"""Of a sync whose files cannot be read."""


def read_instances(spec: SyncSpec | None) -> Instances:
    """Return the addresses. A shared login host leads to no org, so it is none."""
    if spec is None:
        return UNKNOWN
    return Instances(spec=spec, salesforce=_org(spec.salesforce_conn_id), daktela=_instance(spec.daktela_conn_id))


def _org(conn_id: str) -> str:
    try:
        credentials = SalesforceOrgHook(conn_id).credentials()
        address = normalise_instance(credentials.instance_uri, trusted=credentials.trusted_hosts)
    except (ConfigurationError, AirflowNotFoundException, SQLAlchemyError):
        return ""
    return address.api_url if address.own_host else ""


def _instance(conn_id: str) -> str:
    try:
        return DaktelaHook(conn_id).settings_of(BaseHook.get_connection(conn_id)).url
    except (ConfigurationError, AirflowNotFoundException, SQLAlchemyError):
        return ""


def _record_type(mapping: MappingSpec) -> str:
    """The type of a CRM record, below which its page lies, where the mapping names one for all records."""
    for rule in mapping.fields:
        if rule.target == "type" and len(rule.sources) == 1 and isinstance(rule.sources[0], Constant):
            return str(rule.sources[0].value)
    return ""
