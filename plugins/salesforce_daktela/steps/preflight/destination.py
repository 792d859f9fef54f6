"""Where in Daktela a run writes: the CRM database, and the time zone that its times are in."""

from __future__ import annotations

import logging

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.schema.discovery import check_database
from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.mapping.model import SyncSpec

log = logging.getLogger(__name__)


def choose_database(spec: SyncSpec, of_connection: str | None, daktela: DaktelaClient) -> str:
    """Return the CRM database to load into. Raises ConfigurationError when none is chosen or there is none such."""
    name = spec.database or of_connection
    if not name:
        raise ConfigurationError(
            "no CRM database chosen",
            where=f"sync {spec.name}",
            advice=f"write `database:` into its sync.yaml or fill in CRM database of connection {spec.daktela_conn_id}",
        )
    checked = check_database(daktela, name)
    if checked.known is False:
        raise ConfigurationError(
            f"Daktela has no CRM database {name}",
            where=f"sync {spec.name}: database",
            advice=f"choose one of {', '.join(checked.names) or 'none that this user may see'}",
        )
    if checked.known is None:
        log.warning("CRM database %s could not be verified: %s", name, checked.reason)
    return name


def choose_timezone(spec: SyncSpec, daktela: DaktelaClient) -> str:
    """The time zone that Daktela names, else that of sync.yaml, else that of the connection.

    Raises ConfigurationError when none of them names one: a guess would shift every time by hours.
    """
    zone = daktela.server_timezone or spec.timezone or daktela.settings.timezone
    if zone is None:
        raise ConfigurationError(
            "Daktela does not say in which time zone it is",
            where=f"sync {spec.name}",
            advice="write `timezone: Europe/Prague` into its sync.yaml, or fill in Server Time Zone of connection "
            f"{spec.daktela_conn_id}",
        )
    return zone
