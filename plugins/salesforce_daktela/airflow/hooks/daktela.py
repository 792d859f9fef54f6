"""Connections of type ``daktela``."""

from __future__ import annotations

from functools import cached_property

from airflow.sdk import BaseHook, Connection

from salesforce_daktela.airflow.addresses import with_port
from salesforce_daktela.airflow.connections import found_by_a_task
from salesforce_daktela.airflow.hooks.fields import Fields
from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.schema.discovery import check_database
from salesforce_daktela.daktela.wire.connection import DaktelaSettings
from salesforce_daktela.daktela.wire.limiter import AdaptiveLimiter
from salesforce_daktela.daktela.wire.shared_bound import Rate
from salesforce_daktela.errors import PipelineError


class DaktelaHook(BaseHook):
    """Reads the instance URL from the host, the access token from the password, and the rest from the form's extras.

    ``requests_per_second`` and ``workers`` limit the requests of this process, ``shared`` the requests of all
    processes of a sync together.
    """

    conn_name_attr = "daktela_conn_id"
    default_conn_name = "daktela_default"
    conn_type = "daktela"
    hook_name = "Daktela"

    def __init__(
        self,
        daktela_conn_id: str = default_conn_name,
        *,
        requests_per_second: float = 10.0,
        workers: int = 4,
        shared: Rate | None = None,
    ) -> None:
        super().__init__()
        self.conn_id = daktela_conn_id
        self.requests_per_second = requests_per_second
        self.workers = workers
        self.shared = shared

    @cached_property
    def settings(self) -> DaktelaSettings:
        """What the connection holds. Raises ConfigurationError when the URL or the token is missing.

        Raises NoConnectionError when Airflow has no such connection.
        """
        with found_by_a_task(self.conn_id):
            connection = self.get_connection(self.conn_id)
        return self.settings_of(connection)

    def settings_of(self, connection: Connection) -> DaktelaSettings:
        """What a connection that is already at hand holds. Raises like ``settings``."""
        fields = Fields(connection=connection, conn_id=self.conn_id)
        with fields.naming():
            return DaktelaSettings(
                url=with_port(fields.own("host", "Instance URL") or "", fields.connection.port),
                token=fields.own("password", "Access Token") or "",
                auth_header=fields.text("auth_header", "Auth Header") or "X-AUTH-TOKEN",
                database=fields.text("database", "CRM Database"),
                timezone=fields.text("timezone", "Server Time Zone"),
            )

    @cached_property
    def client(self) -> DaktelaClient:
        """A client whose threads share one limiter."""
        limiter = AdaptiveLimiter(self.requests_per_second, self.workers, shared=self.shared)
        return DaktelaClient(self.settings, limiter=limiter)

    def get_conn(self) -> DaktelaClient:
        """The client. Every hook of Airflow has a method of this name."""
        return self.client

    def test_connection(self) -> tuple[bool, str]:
        """Ask Daktela who we are, and for the CRM database when the connection names one."""
        try:
            user = self.client.whoim()
            if self.settings.database:
                checked = check_database(self.client, self.settings.database)
                if checked.known is False:
                    known = ", ".join(checked.names) or "none that this user may see"
                    return False, f"signed in, but there is no CRM database {self.settings.database}: choose {known}"
        except PipelineError as exc:
            return False, str(exc)
        return True, f"signed in as {user.name}"
