"""The stock hook's connection, signed in the way its fields ask for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from airflow.providers.salesforce.hooks.salesforce import SalesforceHook
from airflow.sdk import Connection
from airflow.sdk.log import mask_secret

from salesforce_daktela.airflow.settings import trusted_hosts
from salesforce_daktela.errors import ConfigurationError, PipelineError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.credentials import SalesforceCredentials
from salesforce_daktela.steps.shared_session import SharedSession


class SalesforceOrgHook(SalesforceHook):
    """Reads the same fields of a ``salesforce`` connection as the stock hook, plus the host.

    Never signs in by SOAP, asks the org's own host for the token, and sets time limits on every call.
    ``get_conn`` of the stock hook stays what it is; use ``client``.
    """

    def credentials(self) -> SalesforceCredentials:
        """What the connection holds. Raises ConfigurationError when a field cannot be read."""
        return self._credentials(self.get_connection(self.conn_id))

    def sharing(self, ledger: Ledger) -> SalesforceClient:
        """A client that goes on with the session of an earlier task where there is one."""
        credentials = self.credentials()
        keeper = SharedSession(ledger, self.conn_id, credentials)
        return SalesforceClient(credentials, on_token=mask_secret, keeper=keeper)

    def client_for(self, connection: Connection) -> SalesforceClient:
        """A client for a connection that is already at hand."""
        return SalesforceClient(self._credentials(connection), on_token=mask_secret)

    def _credentials(self, connection: Connection) -> SalesforceCredentials:
        extras = connection.extra_dejson
        return SalesforceCredentials(
            instance_uri=self._instance(connection, extras),
            username=connection.login or None,
            password=connection.password or None,
            security_token=self._get_field(extras, "security_token"),
            consumer_key=self._get_field(extras, "consumer_key"),
            consumer_secret=self._get_field(extras, "consumer_secret"),
            private_key=self._private_key(extras),
            version=self._get_field(extras, "version") or DEFAULT_VERSION,
            proxies=self._proxies(extras),
            trusted_hosts=trusted_hosts(),
        )

    @cached_property
    def client(self) -> SalesforceClient:
        """A client that signs in on its first call; the token it gets is masked in logs."""
        return self.client_for(self.get_connection(self.conn_id))

    def test_connection(self) -> tuple[bool, str]:
        """Sign in and read the org's limits: no right to any sObject is needed."""
        try:
            client = self.client
            client.limits()
        except PipelineError as exc:
            return False, str(exc)
        return True, f"signed in to {client.instance_url} by {client.flow}"

    def _instance(self, connection: Connection, extras: Mapping[str, Any]) -> str:
        for typed in (connection.host, self._get_field(dict(extras), "instance_url")):
            if typed:
                port = f":{connection.port}" if connection.port and typed == connection.host else ""
                return f"{typed}{port}"
        instance, domain = (self._get_field(dict(extras), name) for name in ("instance", "domain"))
        if instance or domain:
            return str(instance) if instance else f"{domain}.salesforce.com"
        raise ConfigurationError(
            "no instance address",
            where=f"connection {self.conn_id}",
            advice="fill in Instance URL, for example https://acme.my.salesforce.com",
        )

    def _private_key(self, extras: Mapping[str, Any]) -> str | None:
        key = self._get_field(dict(extras), "private_key")
        path = self._get_field(dict(extras), "private_key_file_path")
        if key is not None or path is None:
            return None if key is None else str(key)
        try:
            return Path(path).read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError) as exc:
            raise ConfigurationError(
                "the private key file cannot be read",
                where=f"connection {self.conn_id}: Private Key File Path",
                advice="give a PEM file that the Airflow worker may read",
            ) from exc

    def _proxies(self, extras: Mapping[str, Any]) -> dict[str, str] | None:
        """The form hands proxies over as text, an environment variable may hold an object."""
        proxies = self._get_field(dict(extras), "proxies")
        if proxies is None:
            return None
        try:
            parsed = json.loads(proxies) if isinstance(proxies, str) else proxies
        except ValueError:
            parsed = None
        if not isinstance(parsed, dict):
            raise ConfigurationError(
                "proxies are not a JSON object",
                where=f"connection {self.conn_id}: Proxies",
                advice='write them like {"https": "http://proxy.example:3128"}',
            )
        return {str(scheme): str(url) for scheme, url in parsed.items()}


DEFAULT_VERSION = "67.0"
"""Summer '26; the connection's API Version overrides it."""
