"""A client from the stock hook's connection. The connection's fields decide how it signs in."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import requests
from airflow.providers.salesforce.hooks.salesforce import SalesforceHook
from airflow.sdk import Connection
from airflow.sdk.log import mask_secret

from salesforce_daktela.airflow.addresses import with_port
from salesforce_daktela.airflow.connections import found_by_a_task
from salesforce_daktela.airflow.hooks.fields import Fields
from salesforce_daktela.airflow.settings import trusted_hosts
from salesforce_daktela.errors import ConfigurationError, PipelineError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.wire.credentials import SalesforceCredentials
from salesforce_daktela.steps.run.shared_session import SharedSession


class SalesforceOrgHook(SalesforceHook):
    """Reads the same fields of a ``salesforce`` connection as the stock hook, plus the host.

    Never signs in by SOAP, asks the org's own host for the token, and sets time limits on every call.
    ``get_conn`` is the stock hook's, unchanged; use ``client``.
    """

    def credentials(self) -> SalesforceCredentials:
        """What the connection holds. Raises ConfigurationError when a field cannot be read, NoConnectionError."""
        return self._credentials(self._found())

    def sharing(self, ledger: Ledger) -> SalesforceClient:
        """A client that uses the session of an earlier task, if there is one."""
        credentials = self.credentials()
        keeper = SharedSession(ledger, self.conn_id, credentials)
        return SalesforceClient(credentials, on_token=mask_secret, keeper=keeper)

    def client_for(self, connection: Connection, *, session: requests.Session | None = None) -> SalesforceClient:
        """A client for a connection that is already at hand."""
        return SalesforceClient(self._credentials(connection), session=session, on_token=mask_secret)

    def _found(self) -> Connection:
        with found_by_a_task(self.conn_id):
            return self.get_connection(self.conn_id)

    def _credentials(self, connection: Connection) -> SalesforceCredentials:
        fields = Fields(connection=connection, conn_id=self.conn_id)
        with fields.naming():
            return SalesforceCredentials(
                instance_uri=_instance(fields),
                username=fields.own("login", "Username"),
                password=fields.own("password", "Password"),
                security_token=fields.text("security_token", "Security Token"),
                consumer_key=fields.text("consumer_key", "Consumer Key"),
                consumer_secret=fields.text("consumer_secret", "Consumer Secret"),
                private_key=_private_key(fields),
                version=fields.text("version", "API Version") or DEFAULT_VERSION,
                proxies=fields.proxies("proxies", "Proxies"),
                trusted_hosts=trusted_hosts(),
            )

    @cached_property
    def client(self) -> SalesforceClient:
        """A client that signs in on its first call; the token it gets is masked in logs."""
        return self.client_for(self._found())

    def test_connection(self) -> tuple[bool, str]:
        """Sign in and read the org's limits, which needs no right to any sObject."""
        try:
            client = self.client
            client.limits()
        except PipelineError as exc:
            return False, str(exc)
        return True, f"signed in to {client.instance_url} by {client.flow}"


def _instance(fields: Fields) -> str:
    host = fields.own("host", "Instance URL")
    if host:
        return with_port(host, fields.connection.port)
    for name, label, suffix in INSTANCE_EXTRAS:
        typed = fields.text(name, label)
        if typed:
            return f"{typed}{suffix}"
    example = "fill in Instance URL, for example https://acme.my.salesforce.com"
    raise ConfigurationError("no instance address", where=f"connection {fields.conn_id}", advice=example)


def _private_key(fields: Fields) -> str | None:
    key, path = fields.text("private_key", "Private Key"), fields.text("private_key_file_path", KEY_FILE)
    if key is not None or path is None:
        return key
    try:
        return Path(path).read_text(encoding="ascii")
    except (OSError, ValueError) as exc:
        advice = "give a PEM file that the Airflow worker may read"
        raise fields.unusable("the private key file cannot be read", KEY_FILE, advice) from exc


KEY_FILE = "Private Key File Path"
INSTANCE_EXTRAS = (
    ("instance_url", "Instance URL (stock hook)", ""),
    ("instance", "Instance (stock hook)", ""),
    ("domain", "Domain (stock hook)", ".salesforce.com"),
)
"""The extras that hold an org's address in the stock hook: name, label, and the suffix that completes it."""

DEFAULT_VERSION = "67.0"
"""Summer '26; the connection's API Version overrides it."""
